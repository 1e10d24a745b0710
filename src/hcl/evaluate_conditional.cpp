// SPDX-License-Identifier: Apache-2.0
// The conditional operator.
#include "berth/hcl/convert.hpp"

#include "nodes.hpp"

#include <fmt/format.h>

namespace berth::hcl {
namespace {

std::string mismatch_in_objects(const Type &yes, const Type &no);
std::string mismatch_in_tuples(const Type &yes, const Type &no);

// Why the two results of a conditional have no common type.
std::string describe_mismatch(const Type &yes, const Type &no) {
    std::string inside;
    if (yes.is_object() && no.is_object())
        inside = mismatch_in_objects(yes, no);
    else if (yes.is_tuple() && no.is_tuple())
        inside = mismatch_in_tuples(yes, no);
    else if (yes.is_collection() && yes.kind() == no.kind() &&
             yes.element().kind() == no.element().kind() &&
             (yes.element().is_object() || yes.element().is_tuple()))
        inside = fmt::format("Mismatched {} element types: {}",
                             yes.is_list()  ? "list"
                             : yes.is_set() ? "set"
                                            : "map",
                             describe_mismatch(yes.element(), no.element()));
    if (!inside.empty())
        return inside;
    if (yes.friendly_name() == no.friendly_name())
        return "A nested attribute or element is not compatible in the 'true' and the 'false' "
               "value";
    return fmt::format("The 'true' value is {}, but the 'false' value is {}", yes.friendly_name(),
                       no.friendly_name());
}

std::string mismatch_in_objects(const Type &yes, const Type &no) {
    const auto absent = [](const char *one, const std::string &name, const char *other) {
        return fmt::format("The '{}' value includes object attribute \"{}\", which is absent in "
                           "the '{}' value",
                           one, name, other);
    };
    for (const auto &[name, type] : yes.attributes()) {
        const auto other = no.attributes().find(name);
        if (other == no.attributes().end())
            return absent("true", name, "false");
        if (other->second != type)
            return fmt::format("Type mismatch for object attribute \"{}\": {}", name,
                               describe_mismatch(type, other->second));
    }
    for (const auto &[name, type] : no.attributes())
        if (!yes.attributes().contains(name))
            return absent("false", name, "true");
    return {};
}

std::string mismatch_in_tuples(const Type &yes, const Type &no) {
    if (yes.elements().size() != no.elements().size())
        return fmt::format("The 'true' tuple has length {}, but the 'false' tuple has length {}",
                           yes.elements().size(), no.elements().size());
    for (std::size_t i = 0; i < yes.elements().size(); ++i)
        if (yes.elements()[i] != no.elements()[i])
            return fmt::format("Type mismatch for tuple element {}: {}", i,
                               describe_mismatch(yes.elements()[i], no.elements()[i]));
    return {};
}

struct Outcome {
    Value value;
    Diagnostics diagnostics;
};

bool plain_null(const Value &value) {
    return value.is_null() && value.type().is_dynamic();
}

// The type of a conditional; nothing without a common type.
std::optional<Type> conditional_type(const Value &yes, const Value &no) {
    if (plain_null(yes))
        return no.type();
    if (plain_null(no))
        return yes.type();
    if (yes.type().is_dynamic() || no.type().is_dynamic())
        return Type::dynamic();
    return unify_unsafe(std::vector{yes.type(), no.type()});
}

} // namespace

// Evaluates both results, since they determine the common type. Only errors of the chosen one
// count.
Value ConditionalNode::evaluate(const Context *context, Diagnostics &diagnostics) const {
    Outcome yes;
    Outcome no;
    yes.value = yes_->evaluate(context, yes.diagnostics);
    no.value = no_->evaluate(context, no.diagnostics);
    const std::optional<Type> type = conditional_type(yes.value, no.value);
    if (!type) {
        diagnostics.push_back(
            error("Inconsistent conditional result types",
                  fmt::format("The true and false result expressions must have consistent types. "
                              "{}.",
                              describe_mismatch(yes.value.type(), no.value.type())),
                  range_between(yes_->range(), no_->range()), range()));
        return Value::unknown();
    }
    const std::size_t before = diagnostics.size();
    const std::optional<bool> condition = decide(context, diagnostics);
    if (!condition) {
        if (!failed_since(diagnostics, before) && yes.value.is_null() && no.value.is_null())
            return Value::null(*type);
        return Value::unknown(*type);
    }
    const Diagnostics &chosen = *condition ? yes.diagnostics : no.diagnostics;
    diagnostics.insert(diagnostics.end(), chosen.begin(), chosen.end());
    return result(*condition, *condition ? yes.value : no.value, *type, diagnostics);
}

// Nothing if it is unknown or an error.
std::optional<bool> ConditionalNode::decide(const Context *context,
                                            Diagnostics &diagnostics) const {
    const Value value = condition_->evaluate(context, diagnostics);
    if (value.is_null()) {
        diagnostics.push_back(error("Null condition",
                                    "The condition is null. It must be true or false.",
                                    condition_->range(), range()));
        return {};
    }
    if (!value.is_known())
        return {};
    try {
        return convert(value, Type::boolean()).as_boolean();
    } catch (const ConversionError &) {
        diagnostics.push_back(error("Incorrect condition type",
                                    "The condition expression must be of type bool.",
                                    condition_->range(), range()));
        return {};
    }
}

Value ConditionalNode::result(bool yes, const Value &value, const Type &type,
                              Diagnostics &diagnostics) const {
    try {
        return convert(value, type);
    } catch (const ConversionError &problem) {
        diagnostics.push_back(error("Inconsistent conditional result types",
                                    fmt::format("The {} result value has the wrong type: {}.",
                                                yes ? "true" : "false", problem.what()),
                                    (yes ? yes_ : no_)->range(), range()));
        return Value::unknown(type);
    }
}

} // namespace berth::hcl
