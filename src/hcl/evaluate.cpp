// SPDX-License-Identifier: Apache-2.0
// References, tuples, objects and templates.
#include "berth/hcl/convert.hpp"

#include "nodes.hpp"

#include <fmt/format.h>

namespace berth::hcl {

void TraversalNode::append(TraversalStep step, const Range &range) {
    traversal_.steps.push_back(std::move(step));
    extend(range);
}

Value TraversalNode::evaluate(const Context *context, Diagnostics &diagnostics) const {
    return traversal_.apply(context, diagnostics);
}

void RelativeNode::append(TraversalStep step, const Range &range) {
    traversal_.steps.push_back(std::move(step));
    extend(range);
}

Value RelativeNode::evaluate(const Context *context, Diagnostics &diagnostics) const {
    return traversal_.apply(source_->evaluate(context, diagnostics), 0, diagnostics);
}

Value IndexNode::evaluate(const Context *context, Diagnostics &diagnostics) const {
    const Value collection = collection_->evaluate(context, diagnostics);
    const Value key = key_->evaluate(context, diagnostics);
    return index_value(collection, key, brackets_, diagnostics);
}

Value TupleNode::evaluate(const Context *context, Diagnostics &diagnostics) const {
    Value::List values;
    values.reserve(elements_.size());
    for (const NodePtr &element : elements_)
        values.push_back(element->evaluate(context, diagnostics));
    return Value::tuple(std::move(values));
}

Value KeyNode::evaluate(const Context *context, Diagnostics &diagnostics) const {
    if (literal_) {
        const auto *traversal = dynamic_cast<const TraversalNode *>(expression_.get());
        if (traversal != nullptr && traversal->size() > 1) {
            diagnostics.push_back(
                error("Ambiguous attribute key",
                      "To use the value that this refers to as the key, put it in parentheses. For "
                      "a name with periods in it, put it in quotes.",
                      range()));
            return Value::unknown();
        }
        const std::string name = keyword_of(*expression_);
        if (!name.empty())
            return Value::string(name);
    }
    return expression_->evaluate(context, diagnostics);
}

Value ObjectNode::evaluate(const Context *context, Diagnostics &diagnostics) const {
    Value::Map attributes;
    bool known = true;
    for (const auto &[key_node, value_node] : items_) {
        const std::size_t before = diagnostics.size();
        const Value key = key_node->evaluate(context, diagnostics);
        const bool failed = failed_since(diagnostics, before);
        Value value = value_node->evaluate(context, diagnostics);
        if (!failed && key.is_null()) {
            diagnostics.push_back(error("Null value as key", "Can't use a null value as a key.",
                                        value_node->range()));
        } else if (!failed) {
            try {
                const Value name = convert(key, Type::string());
                if (name.is_known()) {
                    attributes.insert_or_assign(name.as_string(), std::move(value));
                    continue;
                }
            } catch (const ConversionError &problem) {
                diagnostics.push_back(
                    error("Incorrect key type",
                          fmt::format("Can't use this value as a key: {}.", problem.what()),
                          key_node->range()));
            }
        }
        known = false;
    }
    return known ? Value::object(std::move(attributes)) : Value::unknown();
}

bool TemplateNode::is_literal() const {
    return parts_.size() == 1 && dynamic_cast<const LiteralNode *>(parts_.front().get()) != nullptr;
}

Value TemplateNode::evaluate(const Context *context, Diagnostics &diagnostics) const {
    constexpr const char *summary = "Invalid template interpolation value";
    std::string text;
    bool known = true;
    for (const NodePtr &part : parts_) {
        const Value value = part->evaluate(context, diagnostics);
        if (value.is_null()) {
            diagnostics.push_back(
                error(summary,
                      "The expression result is null. Cannot include a null value in a string "
                      "template.",
                      part->range(), range()));
            continue;
        }
        known = known && value.is_known();
        if (!value.is_known())
            continue;
        try {
            text += convert(value, Type::string()).as_string();
        } catch (const ConversionError &problem) {
            diagnostics.push_back(
                error(summary,
                      fmt::format("Cannot include the given value in a string template: {}.",
                                  problem.what()),
                      part->range(), range()));
        }
    }
    return known ? Value::string(text) : Value::unknown(Type::string());
}

Value JoinNode::evaluate(const Context *context, Diagnostics &diagnostics) const {
    constexpr const char *summary = "Invalid template interpolation value";
    const Value tuple = tuple_->evaluate(context, diagnostics);
    if (!tuple.can_iterate())
        return Value::unknown(Type::string());
    std::string text;
    for (const Value &value : tuple.as_list()) {
        if (value.is_null()) {
            diagnostics.push_back(error(summary,
                                        "An iteration result is null. Cannot include a null value "
                                        "in a string template.",
                                        range()));
            continue;
        }
        if (!value.is_known())
            return Value::unknown(Type::string());
        try {
            text += convert(value, Type::string()).as_string();
        } catch (const ConversionError &problem) {
            diagnostics.push_back(error(
                summary,
                fmt::format(
                    "Cannot include one of the interpolation results into the string template: {}.",
                    problem.what()),
                range()));
        }
    }
    return Value::string(text);
}

} // namespace berth::hcl
