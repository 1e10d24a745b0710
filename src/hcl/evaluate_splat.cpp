// SPDX-License-Identifier: Apache-2.0
// Splats: a[*].b and a.*.b.
#include "nodes.hpp"

#include <algorithm>

namespace berth::hcl {
namespace {

bool is_sequence(const Type &type) {
    return type.is_tuple() || type.is_list() || type.is_set();
}

} // namespace

Value ItemNode::evaluate(const Context *context, Diagnostics &) const {
    const Value *item = context == nullptr ? nullptr : context->variable(splat_item);
    return item == nullptr ? Value::unknown() : *item;
}

Value SplatNode::evaluate(const Context *context, Diagnostics &diagnostics) const {
    const std::size_t before = diagnostics.size();
    const Value source = source_->evaluate(context, diagnostics);
    if (failed_since(diagnostics, before))
        return Value::unknown();
    const bool sequence = is_sequence(source.type());
    if (source.is_null() && !sequence)
        return Value::tuple({}); // null becomes an empty tuple, any other value a tuple of one
    if (source.is_null()) {
        diagnostics.push_back(
            error("Splat of null value",
                  "Splat expressions (with the * symbol) cannot be applied to null sequences.",
                  source_->range(), range_between(source_->range(), marker_)));
        return Value::unknown();
    }
    if (source.type().is_dynamic() || (!sequence && !source.is_known()))
        return Value::unknown();
    if (!source.is_known())
        return Value::unknown(result_type(context, source.type(), diagnostics));
    return known(context, sequence ? source : Value::tuple({source}), diagnostics);
}

Value SplatNode::apply(const Context *context, const Value &item, Diagnostics &diagnostics) const {
    Context child(context);
    child.variables.emplace(splat_item, item);
    return each_->evaluate(&child, diagnostics);
}

Type SplatNode::result_type(const Context *context, const Type &source,
                            Diagnostics &diagnostics) const {
    const auto type_for = [&](const Type &item) {
        return apply(context, Value::unknown(item), diagnostics).type();
    };
    if (!source.is_tuple())
        return Type::list(type_for(source.element()));
    std::vector<Type> types;
    for (const Type &element : source.elements())
        types.push_back(type_for(element));
    return Type::tuple(std::move(types));
}

Value SplatNode::known(const Context *context, const Value &source,
                       Diagnostics &diagnostics) const {
    const std::size_t before = diagnostics.size();
    Value::List results;
    for (const Value &item : source.as_list())
        results.push_back(apply(context, item, diagnostics));
    if (failed_since(diagnostics, before)) {
        Diagnostics ignored;
        return Value::unknown(result_type(context, source.type(), ignored));
    }
    if (source.type().is_tuple())
        return Value::tuple(std::move(results));
    if (results.empty())
        return Value::list({}, result_type(context, source.type(), diagnostics).element());
    Type common;
    for (const Value &result : results) {
        if (common.is_dynamic())
            common = result.type();
        if (result.type().is_dynamic() || result.type() == common)
            continue;
        diagnostics.push_back(error(
            "Invalid nested splat expressions",
            "The second splat produced elements of different types, which no list can hold. A for "
            "expression produces a tuple, whose elements can differ.",
            each_->range(), range()));
        return Value::unknown();
    }
    return Value::list(std::move(results), common);
}

} // namespace berth::hcl
