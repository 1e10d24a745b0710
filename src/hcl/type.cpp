// SPDX-License-Identifier: Apache-2.0
#include "berth/hcl/type.hpp"

#include "berth/util/error.hpp"

#include <algorithm>
#include <utility>

namespace berth::hcl {

struct Type::Node {
    Kind kind = Kind::string;
    std::vector<Type> elements = {}; // of a tuple; of a collection, one
    Attributes attributes = {};
    std::set<std::string> optional = {};
    std::string name = {}; // of a capsule
    int depth = 0;         // levels inside
};

namespace {

const std::vector<Type> no_elements;
const Type::Attributes no_attributes;
const std::set<std::string> no_names;
const std::string no_name;

// Values are walked recursively; only a hostile definition nests them this deeply.
constexpr int deepest_value = 1000;

} // namespace

Type Type::made(Node node) {
    for (const Type &element : node.elements)
        node.depth = std::max(node.depth, element.depth() + 1);
    for (const auto &[name, type] : node.attributes)
        node.depth = std::max(node.depth, type.depth() + 1);
    if (node.depth > deepest_value)
        throw Error("a value is nested deeper than 1000 levels");
    return Type(std::make_shared<Node>(std::move(node)));
}

int Type::depth() const {
    return node_ ? node_->depth : 0;
}

Type Type::string() {
    static const Type type(std::make_shared<Node>(Node{.kind = Kind::string}));
    return type;
}

Type Type::number() {
    static const Type type(std::make_shared<Node>(Node{.kind = Kind::number}));
    return type;
}

Type Type::boolean() {
    static const Type type(std::make_shared<Node>(Node{.kind = Kind::boolean}));
    return type;
}

Type Type::list(const Type &element) {
    return made(Node{.kind = Kind::list, .elements = {element}});
}

Type Type::set(const Type &element) {
    return made(Node{.kind = Kind::set, .elements = {element}});
}

Type Type::map(const Type &element) {
    return made(Node{.kind = Kind::map, .elements = {element}});
}

Type Type::tuple(std::vector<Type> elements) {
    return made(Node{.kind = Kind::tuple, .elements = std::move(elements)});
}

Type Type::object(Attributes attributes, std::set<std::string> optional) {
    return made(Node{.kind = Kind::object,
                     .attributes = std::move(attributes),
                     .optional = std::move(optional)});
}

Type Type::capsule(const std::string &name) {
    return made(Node{.kind = Kind::capsule, .name = name});
}

Type::Kind Type::kind() const {
    return node_ ? node_->kind : Kind::dynamic;
}

bool Type::is_primitive() const {
    return is_string() || is_number() || is_boolean();
}
bool Type::is_collection() const {
    return is_list() || is_set() || is_map();
}

const Type &Type::element() const {
    return node_->elements.front();
}
const std::vector<Type> &Type::elements() const {
    return node_ ? node_->elements : no_elements;
}

const Type::Attributes &Type::attributes() const {
    return node_ ? node_->attributes : no_attributes;
}

const std::set<std::string> &Type::optional() const {
    return node_ ? node_->optional : no_names;
}
const std::string &Type::capsule_name() const {
    return node_ ? node_->name : no_name;
}

bool Type::has_dynamic() const {
    if (is_dynamic())
        return true;
    return std::any_of(elements().begin(), elements().end(),
                       [](const Type &type) { return type.has_dynamic(); }) ||
           std::any_of(attributes().begin(), attributes().end(),
                       [](const auto &attribute) { return attribute.second.has_dynamic(); });
}

Type Type::without_optional() const {
    if (is_dynamic() || is_primitive() || is_capsule())
        return *this;
    Node node = *node_;
    for (Type &element : node.elements)
        element = element.without_optional();
    for (auto &[name, type] : node.attributes)
        type = type.without_optional();
    node.optional.clear();
    return Type(std::make_shared<Node>(std::move(node)));
}

std::string Type::friendly_name() const {
    switch (kind()) {
    case Kind::dynamic:
        return "dynamic";
    case Kind::string:
        return "string";
    case Kind::number:
        return "number";
    case Kind::boolean:
        return "bool";
    case Kind::list:
        return "list of " + element().friendly_name();
    case Kind::set:
        return "set of " + element().friendly_name();
    case Kind::map:
        return "map of " + element().friendly_name();
    case Kind::tuple:
        return "tuple";
    case Kind::object:
        return "object";
    case Kind::capsule:
        return node_->name;
    }
    return {};
}

std::string Type::friendly_name_for_constraint() const {
    if (is_dynamic())
        return "any type";
    if (!is_collection())
        return friendly_name();
    const std::string kind = is_list() ? "list" : is_set() ? "set" : "map";
    return kind + " of " +
           (element().is_dynamic() ? "any single type" : element().friendly_name_for_constraint());
}

bool operator==(const Type &left, const Type &right) {
    if (left.node_ == right.node_)
        return true;
    if (!left.node_ || !right.node_)
        return false;
    const Type::Node &a = *left.node_;
    const Type::Node &b = *right.node_;
    return a.kind == b.kind && a.name == b.name && a.elements == b.elements &&
           a.attributes == b.attributes && a.optional == b.optional;
}

} // namespace berth::hcl
