// SPDX-License-Identifier: Apache-2.0
// Contexts, references in them, and the references of a tree.
#include "nodes.hpp"
#include "text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::hcl {

const Value *Context::variable(const std::string &name) const {
    for (const Context *context = this; context != nullptr; context = context->parent_) {
        const auto found = context->variables.find(name);
        if (found != context->variables.end())
            return &found->second;
    }
    return nullptr;
}

const Function *Context::function(const std::string &name) const {
    for (const Context *context = this; context != nullptr; context = context->parent_) {
        const auto found = context->functions.find(name);
        if (found != context->functions.end())
            return &found->second;
    }
    return nullptr;
}

std::vector<std::string> Context::names_of_variables() const {
    std::vector<std::string> names;
    for (const Context *context = this; context != nullptr; context = context->parent_)
        for (const auto &[name, value] : context->variables)
            if (name != splat_item)
                names.push_back(name);
    return names;
}

std::vector<std::string> Context::names_of_functions() const {
    std::vector<std::string> names;
    for (const Context *context = this; context != nullptr; context = context->parent_)
        for (const auto &[name, function] : context->functions)
            names.push_back(name);
    return names;
}

bool Traversal::relative() const {
    return steps.empty() || steps.front().kind != TraversalStep::Kind::root;
}

Range Traversal::range() const {
    return steps.empty() ? Range{} : range_between(steps.front().range, steps.back().range);
}

Value Traversal::apply(const Context *context, Diagnostics &diagnostics) const {
    if (relative())
        throw Error("a relative reference has no variable");
    const TraversalStep &root = steps.front();
    if (context == nullptr) {
        diagnostics.push_back(
            error("Variables not allowed", "Variables may not be used here.", root.range));
        return Value::unknown();
    }
    const Value *value = context->variable(root.name);
    if (value != nullptr)
        return apply(*value, 1, diagnostics);
    diagnostics.push_back(error("Unknown variable",
                                fmt::format("There is no variable named \"{}\".{}", root.name,
                                            suggestion(root.name, context->names_of_variables())),
                                root.range));
    return Value::unknown();
}

Value Traversal::apply(Value value, std::size_t first, Diagnostics &diagnostics) const {
    for (std::size_t i = first; i < steps.size(); ++i) {
        const TraversalStep &step = steps[i];
        const std::size_t before = diagnostics.size();
        if (step.kind == TraversalStep::Kind::attribute)
            value = attribute_of(value, step.name, step.range, diagnostics);
        else if (step.kind == TraversalStep::Kind::index)
            value = index_value(value, step.key, step.range, diagnostics);
        else
            throw Error("a splat has no value of its own");
        if (failed_since(diagnostics, before))
            return Value::unknown();
    }
    return value;
}

void References::add(const Traversal &traversal) {
    const bool local = std::any_of(scopes.begin(), scopes.end(), [&](const auto &scope) {
        return scope.contains(traversal.root_name());
    });
    if (!local)
        variables.push_back(traversal);
}

std::vector<Traversal> Node::variables() const {
    References references;
    collect(references);
    return std::move(references.variables);
}

std::vector<std::string> Node::function_calls() const {
    References references;
    collect(references);
    return std::move(references.calls);
}

void CallNode::collect(References &references) const {
    references.calls.push_back(parts_.name);
    for (const NodePtr &argument : parts_.arguments)
        argument->collect(references);
}

void ConditionalNode::collect(References &references) const {
    condition_->collect(references);
    yes_->collect(references);
    no_->collect(references);
}

void IndexNode::collect(References &references) const {
    collection_->collect(references);
    key_->collect(references);
}

void TupleNode::collect(References &references) const {
    for (const NodePtr &element : elements_)
        element->collect(references);
}

void KeyNode::collect(References &references) const {
    if (keyword_of(*expression_).empty())
        expression_->collect(references);
}

void ObjectNode::collect(References &references) const {
    for (const auto &[key, value] : items_) {
        key->collect(references);
        value->collect(references);
    }
}

void ForNode::collect(References &references) const {
    parts_.collection->collect(references);
    std::set<std::string> names{parts_.value_name};
    if (!parts_.key_name.empty())
        names.insert(parts_.key_name);
    references.scopes.push_back(std::move(names));
    for (const NodePtr &part : {parts_.key, parts_.value, parts_.condition})
        if (part)
            part->collect(references);
    references.scopes.pop_back();
}

void SplatNode::collect(References &references) const {
    source_->collect(references);
    each_->collect(references);
}

void BinaryNode::collect(References &references) const {
    first_->collect(references);
    for (const Step &step : steps_)
        step.operand->collect(references);
}

void TemplateNode::collect(References &references) const {
    for (const NodePtr &part : parts_)
        part->collect(references);
}

} // namespace berth::hcl
