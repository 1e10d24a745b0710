// SPDX-License-Identifier: Apache-2.0
// JSON to values.
#include "berth/hcl/convert.hpp"
#include "berth/hcl/json_value.hpp"

#include "json_tree.hpp"

#include <fmt/format.h>

namespace berth::hcl {
namespace {

using NodeKind = JsonNode::Kind;

JsonNodePtr tree_of(std::string_view text) {
    Diagnostics diagnostics;
    JsonNodePtr tree = parse_json_tree(text, "", {}, diagnostics);
    if (!tree)
        throw ConversionError(
            fmt::format("{}: {}", diagnostics.front().summary, diagnostics.front().detail));
    return tree;
}

Type implied_type(const JsonNode &node) {
    switch (node.kind) {
    case NodeKind::boolean:
        return Type::boolean();
    case NodeKind::number:
        return Type::number();
    case NodeKind::string:
        return Type::string();
    case NodeKind::array: {
        std::vector<Type> types;
        for (const JsonNode &value : node.values)
            types.push_back(implied_type(value));
        return Type::tuple(std::move(types));
    }
    case NodeKind::object: {
        Type::Attributes types;
        for (const JsonProperty &property : node.properties) {
            const Type type = implied_type(property.value);
            const auto [place, added] = types.emplace(property.name, type);
            if (!added && place->second != type)
                throw ConversionError(
                    fmt::format("duplicate \"{}\" property in JSON object", property.name));
        }
        return Type::object(std::move(types));
    }
    case NodeKind::null:
        break;
    }
    return {};
}

class Reader {
  public:
    Value read(const JsonNode &node, const Type &type);

  private:
    Value primitive(const JsonNode &node, const Type &type);
    Value boolean(const JsonNode &node);
    Value string(const JsonNode &node);
    Value sequence(const JsonNode &node, const Type &type);
    Value map(const JsonNode &node, const Type &element);
    Value object(const JsonNode &node, const Type &type);
    Value dynamic(const JsonNode &node);
    Type described(const JsonNode &node);
    Value part(const JsonNode &node, const Type &type, PathStep step);
    void require(const JsonNode &node, NodeKind kind) {
        if (node.kind != kind)
            fail(kind == NodeKind::array ? "missing expected [" : "missing expected {");
    }
    [[noreturn]] void fail(const std::string &message) const {
        throw ConversionError(message, path_);
    }

    Path path_;
};

Value Reader::read(const JsonNode &node, const Type &type) {
    if (node.kind == NodeKind::null)
        return Value::null(type);
    if (type.is_dynamic())
        return dynamic(node);
    if (type.is_primitive())
        return primitive(node, type);
    if (type.is_map())
        return map(node, type.element());
    if (type.is_object())
        return object(node, type);
    if (type.is_capsule())
        fail("unsupported type " + type.friendly_name());
    return sequence(node, type);
}

Value Reader::primitive(const JsonNode &node, const Type &type) {
    if (type.is_boolean())
        return boolean(node);
    if (type.is_string())
        return string(node);
    if (node.kind != NodeKind::number && node.kind != NodeKind::string)
        fail("number is required");
    const std::optional<Number> number =
        node.kind == NodeKind::number ? node.number : Number::parse(node.text);
    if (!number)
        fail("a number is required");
    return Value::number(*number);
}

Value Reader::boolean(const JsonNode &node) {
    if (node.kind == NodeKind::boolean)
        return Value::boolean(node.boolean);
    if (node.kind != NodeKind::string)
        fail("bool is required");
    try {
        return convert(Value::string(node.text), Type::boolean());
    } catch (const ConversionError &problem) {
        fail(problem.what());
    }
}

Value Reader::string(const JsonNode &node) {
    if (node.kind == NodeKind::string || node.kind == NodeKind::number)
        return Value::string(node.text);
    if (node.kind == NodeKind::boolean)
        return Value::string(node.boolean ? "true" : "false");
    fail("string is required");
}

Value Reader::part(const JsonNode &node, const Type &type, PathStep step) {
    path_.push_back(std::move(step));
    Value value = read(node, type);
    path_.pop_back();
    return value;
}

Value Reader::sequence(const JsonNode &node, const Type &type) {
    require(node, NodeKind::array);
    const std::size_t wanted = type.elements().size();
    if (type.is_tuple() && node.values.size() != wanted)
        fail(fmt::format("{} tuple elements (need {})",
                         node.values.size() > wanted ? "too many" : "not enough", wanted));
    Value::List values;
    for (std::size_t i = 0; i < node.values.size(); ++i)
        values.push_back(part(node.values[i], type.is_tuple() ? type.elements()[i] : type.element(),
                              {.key = Value::number(i)}));
    if (type.is_tuple())
        return Value::tuple(std::move(values));
    return type.is_list() ? Value::list(std::move(values), type.element())
                          : Value::set(std::move(values), type.element());
}

Value Reader::map(const JsonNode &node, const Type &element) {
    require(node, NodeKind::object);
    Value::Map values;
    for (const JsonProperty &property : node.properties)
        values.insert_or_assign(
            property.name, part(property.value, element, {.key = Value::string(property.name)}));
    return Value::map(std::move(values), element);
}

Value Reader::object(const JsonNode &node, const Type &type) {
    require(node, NodeKind::object);
    Value::Map values;
    for (const JsonProperty &property : node.properties) {
        const auto attribute = type.attributes().find(property.name);
        if (attribute == type.attributes().end())
            fail(fmt::format("unsupported attribute \"{}\"", property.name));
        values.insert_or_assign(property.name,
                                part(property.value, attribute->second,
                                     {.attribute = true, .key = Value::string(property.name)}));
    }
    for (const auto &[name, attribute] : type.attributes())
        values.emplace(name, Value::null(attribute)); // if the JSON lacks it
    return Value::object(std::move(values));
}

// {"value": …, "type": …}, as to_json() writes values of the dynamic type.
Value Reader::dynamic(const JsonNode &node) {
    require(node, NodeKind::object);
    const JsonNode *value = nullptr;
    const JsonNode *type = nullptr;
    for (const JsonProperty &property : node.properties) {
        if (property.name != "value" && property.name != "type")
            fail(fmt::format("invalid key \"{}\" in dynamically-typed value", property.name));
        (property.name == "value" ? value : type) = &property.value;
    }
    if (value == nullptr || type == nullptr)
        fail(fmt::format("missing {} in dynamically-typed value",
                         type == nullptr ? "type" : "value"));
    return read(*value, described(*type));
}

Type Reader::described(const JsonNode &node) {
    const std::string &name =
        node.kind == NodeKind::array && !node.values.empty() ? node.values.front().text : node.text;
    if (node.kind == NodeKind::string) {
        if (name == "string")
            return Type::string();
        if (name == "number")
            return Type::number();
        if (name == "bool")
            return Type::boolean();
        if (name == "dynamic")
            return {};
    } else if (node.kind == NodeKind::array && node.values.size() == 2) {
        const JsonNode &inner = node.values[1];
        if (name == "list")
            return Type::list(described(inner));
        if (name == "set")
            return Type::set(described(inner));
        if (name == "map")
            return Type::map(described(inner));
        std::vector<Type> elements;
        for (const JsonNode &element : inner.values)
            elements.push_back(described(element));
        if (name == "tuple")
            return Type::tuple(std::move(elements));
        Type::Attributes attributes;
        for (const JsonProperty &property : inner.properties)
            attributes.insert_or_assign(property.name, described(property.value));
        if (name == "object")
            return Type::object(std::move(attributes));
    }
    fail("failed to decode type for dynamic value");
}

} // namespace

Type implied_json_type(std::string_view text) {
    return implied_type(*tree_of(text));
}

Value from_json(std::string_view text, const Type &type) {
    return Reader().read(*tree_of(text), type.without_optional());
}

} // namespace berth::hcl
