// SPDX-License-Identifier: Apache-2.0
// A value of HCL: a type, and content of that type, null or unknown. Immutable, cheap to copy.
//
// As in go-cty: strings are in Unicode's NFC; maps and objects are in the order of their keys'
// bytes; sets are sorted (strings and numbers by value) and have no duplicates. `null` as written
// has the dynamic type. Values have no marks: nothing in bake can mark a value as sensitive.
#pragma once

#include "berth/hcl/number.hpp"
#include "berth/hcl/type.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace berth::hcl {

class Value {
  public:
    using List = std::vector<Value>;
    using Map = std::map<std::string, Value>;

    Value() = default; // null of the dynamic type

    static Value null(const Type &type = {});
    static Value unknown(const Type &type = {}); // of the dynamic type: not even its type is known
    static Value string(std::string_view text);  // invalid UTF-8 stays unchanged
    static Value number(const Number &number);
    template<std::integral T>
    static Value number(T number) {
        return Value::number(Number(number));
    }
    static Value boolean(bool value);
    // All elements must have the same type; otherwise it throws an Error, which is a bug of the
    // caller. `element` is the element type of an empty collection, and optional otherwise.
    static Value list(List elements, const Type &element = {});
    static Value set(List elements, const Type &element = {});
    static Value map(Map elements, const Type &element = {});
    static Value tuple(List elements);
    static Value object(Map attributes);
    static Value capsule(const Type &type, std::shared_ptr<const void> content);

    const Type &type() const { return type_; }
    bool is_null() const { return std::holds_alternative<Null>(content_); }
    bool is_known() const { return !std::holds_alternative<Unknown>(content_); } // null is known
    bool is_wholly_known() const; // with everything inside

    // Each requires a known value of that type that is not null, and throws an Error otherwise.
    const std::string &as_string() const;
    const Number &as_number() const;
    bool as_boolean() const;
    const List &as_list() const; // list, set, tuple
    const Map &as_map() const;   // map, object
    std::size_t length() const;  // of any collection, tuple or object; not of strings
    template<class T>
    const T &as_capsule() const {
        return *static_cast<const T *>(capsule_content());
    }

    // list, set, tuple: numbers and elements; map, object: strings and values. In order.
    std::vector<std::pair<Value, Value>> pairs() const;
    bool can_iterate() const; // known, not null, and pairs() works

    // An attribute of an object or an element of a map, or a null pointer.
    const Value *find(const std::string &name) const;

    // HCL's ==: null equals null of any type; values of different types differ; the result is a
    // bool or unknown.
    Value equals(const Value &other) const;
    // The same value in every way, types included, unknown equal to unknown.
    bool same_as(const Value &other) const;
    // Order of a set's elements.
    static bool set_less(const Value &left, const Value &right);

  private:
    struct Null {};
    struct Unknown {};
    using Content = std::variant<Null, Unknown, bool, Number, std::shared_ptr<const std::string>,
                                 std::shared_ptr<const List>, std::shared_ptr<const Map>,
                                 std::shared_ptr<const void>>;
    Value(Type type, Content content) : type_(std::move(type)), content_(std::move(content)) {}
    const void *capsule_content() const;

    Type type_;
    Content content_ = Null{};
};

// `text` in Unicode's NFC; unchanged if it is not UTF-8.
std::string normalized(std::string_view text);

} // namespace berth::hcl
