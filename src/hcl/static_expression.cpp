// SPDX-License-Identifier: Apache-2.0
// Static analysis: the parts of expressions, without evaluation.
#include "nodes.hpp"

namespace berth::hcl {
namespace {

Traversal name_alone(const std::string &name, const Range &range) {
    return {{{.kind = TraversalStep::Kind::root, .name = name, .key = {}, .range = range}}};
}

constexpr const char *invalid = "Invalid expression";

} // namespace

std::optional<Traversal> LiteralNode::static_traversal() const {
    if (value_.is_null())
        return name_alone("null", range());
    if (value_.type().is_boolean() && value_.is_known())
        return name_alone(value_.as_boolean() ? "true" : "false", range());
    return {};
}

std::optional<Traversal> RelativeNode::static_traversal() const {
    std::optional<Traversal> result = source_->static_traversal();
    if (result)
        result->steps.insert(result->steps.end(), traversal_.steps.begin(), traversal_.steps.end());
    return result;
}

std::optional<StaticCall> CallNode::static_call() const {
    return StaticCall{.name = parts_.name,
                      .name_range = parts_.name_range,
                      .arguments = {parts_.arguments.begin(), parts_.arguments.end()},
                      .arguments_range = range_between(parts_.open_range, parts_.close_range)};
}

std::optional<std::vector<ExpressionPtr>> TupleNode::static_list() const {
    return std::vector<ExpressionPtr>(elements_.begin(), elements_.end());
}

std::optional<StaticPairs> ObjectNode::static_pairs() const {
    return StaticPairs(items_.begin(), items_.end());
}

std::optional<Traversal> KeyNode::static_traversal() const {
    return literal_ ? expression_->static_traversal() : std::nullopt;
}

std::vector<ExpressionPtr> list_of(const Expression &expression, Diagnostics &diagnostics) {
    if (auto list = expression.static_list())
        return std::move(*list);
    diagnostics.push_back(
        error(invalid, "A static list expression is required.", expression.start_range()));
    return {};
}

StaticPairs pairs_of(const Expression &expression, Diagnostics &diagnostics) {
    if (auto pairs = expression.static_pairs())
        return std::move(*pairs);
    diagnostics.push_back(
        error(invalid, "A static map expression is required.", expression.start_range()));
    return {};
}

std::optional<StaticCall> call_of(const Expression &expression, Diagnostics &diagnostics) {
    if (auto call = expression.static_call())
        return call;
    diagnostics.push_back(
        error(invalid, "A static function call is required.", expression.start_range()));
    return {};
}

Traversal traversal_of(const Expression &expression, Diagnostics &diagnostics) {
    if (auto traversal = expression.static_traversal())
        return std::move(*traversal);
    diagnostics.push_back(error(
        invalid,
        "A single static variable reference is required: a name, attributes and indexes that are "
        "constant. Calculations, function calls and templates are not allowed here.",
        expression.range()));
    return {};
}

std::string keyword_of(const Expression &expression) {
    const std::optional<Traversal> traversal = expression.static_traversal();
    return traversal && traversal->steps.size() == 1 && !traversal->relative()
               ? traversal->root_name()
               : "";
}

ExpressionPtr literal(const Value &value, const Range &range) {
    return std::make_shared<LiteralNode>(value, range);
}

} // namespace berth::hcl
