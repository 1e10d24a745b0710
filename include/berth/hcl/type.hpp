// SPDX-License-Identifier: Apache-2.0
// The types of HCL's values (go-cty's). Immutable, cheap to copy, compared by structure.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace berth::hcl {

class Type {
  public:
    enum class Kind {
        dynamic, // not known yet; as a constraint: any type
        string,
        number,
        boolean,
        list,   // any number of elements of one type, in order
        set,    // the same without order or duplicates
        map,    // strings to elements of one type
        tuple,  // a type for each element
        object, // a type for each attribute
        capsule // something of the program's own that HCL hands through (an expression, a type)
    };
    using Attributes = std::map<std::string, Type>;

    Type() = default; // dynamic
    static Type dynamic() { return {}; }
    static Type string();
    static Type number();
    static Type boolean();
    static Type list(const Type &element);
    static Type set(const Type &element);
    static Type map(const Type &element);
    static Type tuple(std::vector<Type> elements);
    // `optional`: names of attributes that a value may lack when it is converted to this type. No
    // value has such a type (see without_optional()).
    static Type object(Attributes attributes, std::set<std::string> optional = {});
    static Type capsule(const std::string &name); // equal by name

    Kind kind() const;
    bool is(Kind other) const { return kind() == other; }
    bool is_dynamic() const { return !node_; }
    bool is_string() const { return is(Kind::string); }
    bool is_number() const { return is(Kind::number); }
    bool is_boolean() const { return is(Kind::boolean); }
    bool is_list() const { return is(Kind::list); }
    bool is_set() const { return is(Kind::set); }
    bool is_map() const { return is(Kind::map); }
    bool is_tuple() const { return is(Kind::tuple); }
    bool is_object() const { return is(Kind::object); }
    bool is_capsule() const { return is(Kind::capsule); }
    bool is_primitive() const;  // string, number, bool
    bool is_collection() const; // list, set, map

    const Type &element() const;                   // of a collection
    const std::vector<Type> &elements() const;     // of a tuple
    const Attributes &attributes() const;          // of an object
    const std::set<std::string> &optional() const; // of an object
    const std::string &capsule_name() const;

    bool has_dynamic() const;      // is dynamic, or contains a dynamic type
    Type without_optional() const; // without optional attributes at any depth

    // The name in messages: "string", "list of number", "object".
    std::string friendly_name() const;
    // The same for a constraint: "any type", "list of any single type".
    std::string friendly_name_for_constraint() const;

    friend bool operator==(const Type &left, const Type &right);

  private:
    struct Node;
    static Type made(Node node); // throws an Error beyond 1000 levels
    int depth() const;
    explicit Type(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
    std::shared_ptr<const Node> node_; // none: dynamic
};

} // namespace berth::hcl
