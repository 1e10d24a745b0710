// SPDX-License-Identifier: Apache-2.0
// `for` expressions.
#include "berth/hcl/convert.hpp"

#include "nodes.hpp"

#include <fmt/format.h>

namespace berth::hcl {

struct ForNode::Results {
    Value::List values;                        // of a tuple
    std::map<std::string, Value::List> by_key; // of an object
    bool known = true;                         // no key or condition was unknown or wrong
};

Value ForNode::evaluate(const Context *context, Diagnostics &diagnostics) const {
    const Value collection = parts_.collection->evaluate(context, diagnostics);
    if (!usable(collection, diagnostics) || collection.type().is_dynamic() ||
        !condition_usable(context, diagnostics) || !collection.is_known())
        return Value::unknown();
    Results results;
    for (const auto &[key, value] : collection.pairs())
        add(results, scope(context, key, value), diagnostics);
    if (!results.known)
        return Value::unknown();
    if (!parts_.key)
        return Value::tuple(std::move(results.values));
    Value::Map attributes;
    for (auto &[key, values] : results.by_key)
        attributes.emplace_hint(attributes.end(), key,
                                parts_.group ? Value::tuple(std::move(values)) : values.front());
    return Value::object(std::move(attributes));
}

bool ForNode::usable(const Value &collection, Diagnostics &diagnostics) const {
    const Type &type = collection.type();
    const Range &place = parts_.collection->range();
    if (collection.is_null()) {
        diagnostics.push_back(
            error("Iteration over null value",
                  "A null value cannot be used as the collection in a 'for' expression.", place,
                  range()));
        return false;
    }
    if (type.is_dynamic() || type.is_collection() || type.is_tuple() || type.is_object())
        return true;
    diagnostics.push_back(error(
        "Iteration over non-iterable value",
        fmt::format("A value of type {} cannot be used as the collection in a 'for' expression.",
                    type.friendly_name()),
        place, range()));
    return false;
}

// Evaluates the condition once without an element, so that empty collections report errors too.
bool ForNode::condition_usable(const Context *context, Diagnostics &diagnostics) const {
    if (!parts_.condition)
        return true;
    const std::size_t before = diagnostics.size();
    const Context child = scope(context, Value::unknown(), Value::unknown());
    const Value value = parts_.condition->evaluate(&child, diagnostics);
    const Range &place = parts_.condition->range();
    if (value.is_null()) {
        diagnostics.push_back(error(
            "Condition is null", "The value of the 'if' clause must not be null.", place, range()));
        return false;
    }
    try {
        convert(value, Type::boolean());
    } catch (const ConversionError &problem) {
        diagnostics.push_back(error(
            "Invalid 'for' condition",
            fmt::format("The 'if' clause value is invalid: {}.", problem.what()), place, range()));
    }
    return !failed_since(diagnostics, before);
}

Context ForNode::scope(const Context *context, const Value &key, const Value &value) const {
    Context child(context);
    if (!parts_.key_name.empty())
        child.variables.emplace(parts_.key_name, key);
    child.variables.insert_or_assign(parts_.value_name, value);
    return child;
}

void ForNode::add(Results &results, const Context &scope, Diagnostics &diagnostics) const {
    if (parts_.condition && !included(results, scope, diagnostics))
        return;
    if (!parts_.key) {
        results.values.push_back(parts_.value->evaluate(&scope, diagnostics));
        return;
    }
    const std::optional<std::string> key = this->key(results, scope, diagnostics);
    if (!key)
        return;
    Value value = parts_.value->evaluate(&scope, diagnostics);
    Value::List &values = results.by_key[*key];
    if (values.empty() || parts_.group) {
        values.push_back(std::move(value));
        return;
    }
    diagnostics.push_back(
        error("Duplicate object key",
              fmt::format("Two different items produced the key \"{}\" in this 'for' expression. "
                          "If that is intended, put an ellipsis (...) after the value expression "
                          "to group values by key.",
                          *key),
              parts_.key->range(), range()));
}

bool ForNode::included(Results &results, const Context &scope, Diagnostics &diagnostics) const {
    const Value value = parts_.condition->evaluate(&scope, diagnostics);
    std::string problem;
    if (value.is_null()) {
        problem = "The value of the 'if' clause must not be null.";
    } else {
        try {
            const Value condition = convert(value, Type::boolean());
            if (condition.is_known())
                return condition.as_boolean();
        } catch (const ConversionError &error) {
            problem = fmt::format("The 'if' clause value is invalid: {}.", error.what());
        }
    }
    if (results.known && !problem.empty()) // reported once
        diagnostics.push_back(
            error("Invalid 'for' condition", problem, parts_.condition->range(), range()));
    results.known = false;
    return false;
}

std::optional<std::string> ForNode::key(Results &results, const Context &scope,
                                        Diagnostics &diagnostics) const {
    const Value value = parts_.key->evaluate(&scope, diagnostics);
    std::string problem;
    if (value.is_null()) {
        problem = "The key of a 'for' expression must not be null.";
    } else {
        try {
            const Value key = convert(value, Type::string());
            if (key.is_known())
                return key.as_string();
        } catch (const ConversionError &error) {
            problem =
                fmt::format("The key expression produced an invalid result: {}.", error.what());
        }
    }
    if (results.known && !problem.empty())
        diagnostics.push_back(error("Invalid object key", problem, parts_.key->range(), range()));
    results.known = false;
    return {};
}

} // namespace berth::hcl
