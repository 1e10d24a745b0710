// SPDX-License-Identifier: Apache-2.0
// Unary and binary operators.
#include "berth/hcl/convert.hpp"

#include "nodes.hpp"

#include <fmt/format.h>

namespace berth::hcl {
namespace {

bool is_equality(Operation operation) {
    return operation == Operation::equal || operation == Operation::not_equal;
}

bool is_logical(Operation operation) {
    return operation == Operation::logical_and || operation == Operation::logical_or;
}

Type operand_type(Operation operation) {
    if (is_equality(operation))
        return Type::dynamic();
    return is_logical(operation) ? Type::boolean() : Type::number();
}

Type result_type(Operation operation) {
    return operation < Operation::add ? Type::boolean() : Type::number();
}

Value compute(Operation operation, const Number &left, const Number &right) {
    switch (operation) {
    case Operation::greater:
        return Value::boolean(right < left);
    case Operation::greater_equal:
        return Value::boolean(!(left < right));
    case Operation::less:
        return Value::boolean(left < right);
    case Operation::less_equal:
        return Value::boolean(!(right < left));
    case Operation::add:
        return Value::number(left + right);
    case Operation::subtract:
        return Value::number(left - right);
    case Operation::multiply:
        return Value::number(left * right);
    case Operation::divide:
        return Value::number(left / right);
    default:
        return Value::number(modulo(left, right));
    }
}

// Both are converted, and may be null or unknown.
Value compute(Operation operation, const Value &left, const Value &right) {
    if (is_equality(operation)) {
        Value equal = left.equals(right);
        if (operation == Operation::equal || !equal.is_known())
            return equal;
        return Value::boolean(!equal.as_boolean());
    }
    if (left.is_null() || right.is_null())
        throw Error("argument must not be null");
    if (!left.is_known() || !right.is_known())
        return Value::unknown(result_type(operation));
    if (operation == Operation::logical_and)
        return Value::boolean(left.as_boolean() && right.as_boolean());
    if (operation == Operation::logical_or)
        return Value::boolean(left.as_boolean() || right.as_boolean());
    return compute(operation, left.as_number(), right.as_number());
}

std::optional<bool> known_boolean(const Value &value) {
    if (!value.is_known() || !value.type().is_boolean())
        return {};
    return !value.is_null() && value.as_boolean(); // null counts as false, as in go-cty
}

struct Operand {
    Value value;
    Diagnostics diagnostics;
};

// The result of a logical operator if one operand decides it. Errors of the other one are then
// ignored: `a != null && a.b` works.
std::optional<Operand> short_circuit(Operation operation, const Operand &left,
                                     const Operand &right) {
    const bool deciding = operation == Operation::logical_or;
    const std::optional<bool> first = known_boolean(left.value);
    const std::optional<bool> second = known_boolean(right.value);
    const Value unknown = Value::unknown(Type::boolean());
    if (!left.value.is_known() && !right.value.is_known()) {
        if (has_errors(left.diagnostics))
            return {};
        return Operand{unknown, left.diagnostics};
    }
    if (first == deciding)
        return Operand{Value::boolean(deciding), left.diagnostics};
    if (second == deciding)
        return Operand{Value::boolean(deciding), right.diagnostics};
    if (!left.value.is_known() && second)
        return Operand{unknown, left.diagnostics};
    if (!right.value.is_known() && first)
        return Operand{unknown, right.diagnostics};
    return {};
}

void append(Diagnostics &diagnostics, const Diagnostics &more) {
    diagnostics.insert(diagnostics.end(), more.begin(), more.end());
}

// Converts in place. False, with an error, if that is impossible.
bool convert_operand(Value &value, Operation operation, const char *side, const Range &range,
                     const Range &context, Diagnostics &diagnostics) {
    try {
        value = convert(value, operand_type(operation));
        return true;
    } catch (const ConversionError &problem) {
        diagnostics.push_back(
            error("Invalid operand",
                  fmt::format("Unsuitable value for {} operand: {}.", side, problem.what()), range,
                  context));
        return false;
    }
}

struct Place {
    Range whole;
    Range left;
    Range right;
};

Operand combine(Operation operation, Operand left, Operand right, const Place &place) {
    Operand result{Value::unknown(result_type(operation)), {}};
    Diagnostics &diagnostics = result.diagnostics;
    const bool first =
        convert_operand(left.value, operation, "left", place.left, place.whole, diagnostics);
    const bool second =
        convert_operand(right.value, operation, "right", place.right, place.whole, diagnostics);
    if (first && second && is_logical(operation))
        if (auto decided = short_circuit(operation, left, right))
            return std::move(*decided);
    append(diagnostics, left.diagnostics);
    append(diagnostics, right.diagnostics);
    if (has_errors(diagnostics))
        return result;
    try {
        result.value = compute(operation, left.value, right.value);
    } catch (const Error &problem) {
        diagnostics.push_back(error("Operation failed",
                                    fmt::format("Error during operation: {}.", problem.what()),
                                    place.whole));
    }
    return result;
}

} // namespace

Value BinaryNode::evaluate(const Context *context, Diagnostics &diagnostics) const {
    Operand left;
    left.value = first_->evaluate(context, left.diagnostics);
    Range range = first_->range();
    for (const Step &step : steps_) {
        Operand right;
        right.value = step.operand->evaluate(context, right.diagnostics);
        const Range &operand = step.operand->range();
        const Range whole = range_between(range, operand);
        left = combine(step.operation, std::move(left), std::move(right), {whole, range, operand});
        range = whole;
    }
    append(diagnostics, left.diagnostics);
    return left.value;
}

Value UnaryNode::evaluate(const Context *context, Diagnostics &diagnostics) const {
    const std::size_t before = diagnostics.size();
    const Type type = negate_ ? Type::number() : Type::boolean();
    Value value = operand_->evaluate(context, diagnostics);
    try {
        value = convert(value, type);
    } catch (const ConversionError &problem) {
        diagnostics.push_back(
            error("Invalid operand",
                  fmt::format("Unsuitable value for unary operand: {}.", problem.what()),
                  operand_->range(), range()));
    }
    if (failed_since(diagnostics, before) || !value.is_known())
        return Value::unknown(type);
    if (value.is_null()) {
        diagnostics.push_back(error("Operation failed",
                                    "Error during operation: argument must not be null.", range()));
        return Value::unknown(type);
    }
    return negate_ ? Value::number(value.as_number().negated())
                   : Value::boolean(!value.as_boolean());
}

} // namespace berth::hcl
