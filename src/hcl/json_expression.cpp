// SPDX-License-Identifier: Apache-2.0
#include "json_expression.hpp"

#include "berth/hcl/convert.hpp"

#include "nodes.hpp"

#include <fmt/format.h>

namespace berth::hcl {
namespace {

class JsonExpression : public Expression {
  public:
    explicit JsonExpression(JsonNodePtr node) : node_(std::move(node)) {}

    Value evaluate(const Context *context, Diagnostics &diagnostics) const override {
        return evaluate(*node_, context, diagnostics);
    }
    std::vector<Traversal> variables() const override {
        References references;
        collect(*node_, references);
        return std::move(references.variables);
    }
    std::vector<std::string> function_calls() const override {
        References references;
        collect(*node_, references);
        return std::move(references.calls);
    }
    const Range &range() const override { return node_->range; }
    const Range &start_range() const override { return node_->open; }

    std::optional<std::vector<ExpressionPtr>> static_list() const override;
    std::optional<StaticPairs> static_pairs() const override;
    std::optional<StaticCall> static_call() const override;
    std::optional<Traversal> static_traversal() const override;

  private:
    static Value evaluate(const JsonNode &node, const Context *context, Diagnostics &diagnostics);
    static Value text(const std::string &text, const Range &range, const Context *context,
                      Diagnostics &diagnostics);
    static Value object(const JsonNode &node, const Context *context, Diagnostics &diagnostics);
    static std::optional<std::string> key(const JsonProperty &property, const Context *context,
                                          bool &known, Diagnostics &diagnostics);
    static void collect(const JsonNode &node, References &references);
    static void collect(const std::string &text, const Range &range, References &references);
    ExpressionPtr part(const JsonNode &node) const {
        return json_expression(JsonNodePtr(node_, &node));
    }
    ExpressionPtr native() const;

    JsonNodePtr node_;
};

ExpressionPtr template_of(const std::string &text, const Range &range, Diagnostics &diagnostics) {
    Position inside = range.start; // after the quote
    ++inside.byte;
    ++inside.column;
    return parse_template(text, range.file, inside, diagnostics);
}

Value JsonExpression::text(const std::string &text, const Range &range, const Context *context,
                           Diagnostics &diagnostics) {
    if (context == nullptr) // then a string is a literal
        return Value::string(text);
    const std::size_t before = diagnostics.size();
    const ExpressionPtr expression = template_of(text, range, diagnostics);
    if (failed_since(diagnostics, before))
        return Value::unknown();
    return expression->evaluate(context, diagnostics);
}

Value JsonExpression::evaluate(const JsonNode &node, const Context *context,
                               Diagnostics &diagnostics) {
    switch (node.kind) {
    case JsonNode::Kind::string:
        return text(node.text, node.range, context, diagnostics);
    case JsonNode::Kind::number:
        return Value::number(node.number);
    case JsonNode::Kind::boolean:
        return Value::boolean(node.boolean);
    case JsonNode::Kind::array: {
        Value::List values;
        for (const JsonNode &value : node.values)
            values.push_back(evaluate(value, context, diagnostics));
        return Value::tuple(std::move(values));
    }
    case JsonNode::Kind::object:
        return object(node, context, diagnostics);
    case JsonNode::Kind::null:
        break;
    }
    return Value::null();
}

Value JsonExpression::object(const JsonNode &node, const Context *context,
                             Diagnostics &diagnostics) {
    Value::Map attributes;
    std::map<std::string, Range> places;
    bool known = true;
    for (const JsonProperty &property : node.properties) {
        const std::optional<std::string> name = key(property, context, known, diagnostics);
        Value value = evaluate(property.value, context, diagnostics);
        if (!name)
            continue;
        if (!places.emplace(*name, property.name_range).second) {
            diagnostics.push_back(
                error("Duplicate object attribute",
                      fmt::format("An attribute named \"{}\" was already defined at {}.", *name,
                                  places[*name].text()),
                      property.name_range));
            continue;
        }
        attributes.emplace(*name, std::move(value));
    }
    return known ? Value::object(std::move(attributes)) : Value::unknown();
}

std::optional<std::string> JsonExpression::key(const JsonProperty &property, const Context *context,
                                               bool &known, Diagnostics &diagnostics) {
    constexpr const char *summary = "Invalid object key expression";
    const Value name = text(property.name, property.name_range, context, diagnostics);
    if (name.is_null()) {
        diagnostics.push_back(
            error(summary, "Cannot use null value as an object key.", property.name_range));
        return {};
    }
    try {
        const Value key = convert(name, Type::string());
        if (key.is_known())
            return key.as_string();
        known = false;
    } catch (const ConversionError &problem) {
        diagnostics.push_back(
            error(summary,
                  fmt::format("Cannot use this expression as an object key: {}.", problem.what()),
                  property.name_range));
    }
    return {};
}

void JsonExpression::collect(const std::string &text, const Range &range, References &references) {
    Diagnostics diagnostics;
    const ExpressionPtr expression = template_of(text, range, diagnostics);
    if (!has_errors(diagnostics))
        static_cast<const Node &>(*expression).collect(references);
}

void JsonExpression::collect(const JsonNode &node, References &references) {
    if (node.kind == JsonNode::Kind::string)
        collect(node.text, node.range, references);
    for (const JsonNode &value : node.values)
        collect(value, references);
    for (const JsonProperty &property : node.properties) {
        collect(property.name, property.name_range, references);
        collect(property.value, references);
    }
}

std::optional<std::vector<ExpressionPtr>> JsonExpression::static_list() const {
    if (node_->kind != JsonNode::Kind::array)
        return {};
    std::vector<ExpressionPtr> result;
    for (const JsonNode &value : node_->values)
        result.push_back(part(value));
    return result;
}

std::optional<StaticPairs> JsonExpression::static_pairs() const {
    if (node_->kind != JsonNode::Kind::object)
        return {};
    StaticPairs result;
    for (const JsonProperty &property : node_->properties) {
        auto name = std::make_shared<JsonNode>(JsonNode{.kind = JsonNode::Kind::string,
                                                        .range = property.name_range,
                                                        .open = property.name_range,
                                                        .close = property.name_range,
                                                        .text = property.name,
                                                        .properties = {}});
        result.emplace_back(json_expression(std::move(name)), part(property.value));
    }
    return result;
}

// Parses a string as an expression of the native syntax (not as a template), where a name, a call
// or a type is expected. A null pointer if it is not an expression.
ExpressionPtr JsonExpression::native() const {
    if (node_->kind != JsonNode::Kind::string)
        return {};
    Diagnostics diagnostics;
    ExpressionPtr result =
        parse_expression(node_->text, node_->range.file, node_->range.start, diagnostics);
    return has_errors(diagnostics) ? nullptr : result;
}

std::optional<StaticCall> JsonExpression::static_call() const {
    const ExpressionPtr expression = native();
    return expression ? expression->static_call() : std::nullopt;
}

std::optional<Traversal> JsonExpression::static_traversal() const {
    const ExpressionPtr expression = native();
    return expression ? expression->static_traversal() : std::nullopt;
}

} // namespace

ExpressionPtr json_expression(JsonNodePtr node) {
    return std::make_shared<const JsonExpression>(std::move(node));
}

} // namespace berth::hcl
