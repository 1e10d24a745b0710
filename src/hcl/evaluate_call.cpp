// SPDX-License-Identifier: Apache-2.0
// Function calls.
#include "berth/hcl/closures.hpp"
#include "berth/hcl/convert.hpp"

#include "nodes.hpp"
#include "text.hpp"

#include <fmt/format.h>

namespace berth::hcl {

CallNode::CallNode(Parts parts)
    : Node(range_between(parts.name_range, parts.close_range)),
      parts_(std::move(parts)),
      start_(range_between(parts_.name_range, parts_.open_range)) {}

Value CallNode::evaluate(const Context *context, Diagnostics &diagnostics) const {
    const Function *function = context == nullptr ? nullptr : context->function(parts_.name);
    if (function == nullptr) {
        report_unknown(context, diagnostics);
        return Value::unknown();
    }
    const std::size_t before = diagnostics.size();
    bool unknown = false;
    const auto arguments = this->arguments(context, unknown, diagnostics);
    if (!arguments || unknown || !count_fits(*function, *arguments, diagnostics))
        return Value::unknown();
    std::vector<Value> values;
    for (std::size_t i = 0; i < arguments->size(); ++i)
        values.push_back(prepare((*arguments)[i], *function->parameter(i), context, diagnostics));
    if (failed_since(diagnostics, before))
        return Value::unknown();
    return call(*function, *arguments, values, diagnostics);
}

void CallNode::report_unknown(const Context *context, Diagnostics &diagnostics) const {
    if (context == nullptr) {
        diagnostics.push_back(
            error("Function calls not allowed", "Functions may not be called here.", range()));
        return;
    }
    const std::size_t scope = parts_.name.rfind("::");
    const std::string detail =
        scope == std::string::npos
            ? fmt::format("There is no function named \"{}\".{}", parts_.name,
                          suggestion(parts_.name, context->names_of_functions()))
            : fmt::format("There are no functions in namespace \"{}\".",
                          parts_.name.substr(0, scope + 2));
    diagnostics.push_back(error("Call to unknown function", detail, parts_.name_range, range()));
}

// The arguments, with the expansion of `...`. Nothing after an error.
std::optional<std::vector<CallNode::Argument>>
CallNode::arguments(const Context *context, bool &unknown, Diagnostics &diagnostics) const {
    std::vector<Argument> result;
    for (const NodePtr &argument : parts_.arguments)
        result.push_back({argument.get(), {}});
    if (!parts_.expand)
        return result;
    result.pop_back();
    const Node &last = *parts_.arguments.back();
    const std::size_t before = diagnostics.size();
    const Value value = last.evaluate(context, diagnostics);
    if (failed_since(diagnostics, before))
        return {};
    const Type &type = value.type();
    const bool sequence = type.is_tuple() || type.is_list() || type.is_set();
    if (value.is_null() || !(sequence || type.is_dynamic())) {
        diagnostics.push_back(
            error("Invalid expanding argument value",
                  value.is_null() && (sequence || type.is_dynamic())
                      ? "The expanding argument (indicated by ...) must not be null."
                      : "The expanding argument (indicated by ...) must be of a tuple, list, or "
                        "set type.",
                  last.range(), range()));
        return {};
    }
    unknown = !value.is_known();
    if (!unknown)
        for (const Value &element : value.as_list())
            result.push_back({&last, element});
    return result;
}

bool CallNode::count_fits(const Function &function, const std::vector<Argument> &arguments,
                          Diagnostics &diagnostics) const {
    const std::size_t wanted = function.parameters().size();
    if (arguments.size() < wanted) {
        diagnostics.push_back(
            error("Not enough function arguments",
                  fmt::format("Function \"{}\" expects{} {} argument(s). Missing value for \"{}\".",
                              parts_.name, function.variadic() ? " at least" : "", wanted,
                              function.parameters()[arguments.size()].name),
                  parts_.close_range, range()));
        return false;
    }
    if (arguments.size() == wanted || function.variadic())
        return true;
    diagnostics.push_back(
        error("Too many function arguments",
              fmt::format("Function \"{}\" expects only {} argument(s).", parts_.name, wanted),
              arguments[wanted].node->start_range(), range()));
    return false;
}

Value CallNode::prepare(const Argument &argument, const Parameter &parameter,
                        const Context *context, Diagnostics &diagnostics) const {
    if (parameter.decode == Parameter::Decode::expression && !argument.value)
        return Value::capsule(closure_type(), std::make_shared<Closure>(Closure{
                                                  argument.node->shared_from_this(), context}));
    if (parameter.decode == Parameter::Decode::expression)
        return Value::capsule(closure_type(),
                              std::make_shared<Closure>(Closure{
                                  literal(*argument.value, argument.node->range()), context}));
    if (parameter.decode == Parameter::Decode::type_constraint)
        return Value::capsule(type_constraint_type(),
                              std::make_shared<Type>(type_constraint(*argument.node, diagnostics)));
    const Value value =
        argument.value ? *argument.value : argument.node->evaluate(context, diagnostics);
    try {
        return convert(value, parameter.type);
    } catch (const ConversionError &problem) {
        diagnostics.push_back(error(
            "Invalid function argument",
            fmt::format("Invalid value for \"{}\" parameter: {}.", parameter.name, problem.what()),
            argument.node->start_range(), range()));
        return Value::unknown(parameter.type);
    }
}

Value CallNode::call(const Function &function, const std::vector<Argument> &arguments,
                     const std::vector<Value> &values, Diagnostics &diagnostics) const {
    try {
        return function.call(values);
    } catch (const FunctionError &problem) {
        const std::optional<std::size_t> index = problem.argument();
        const Parameter *parameter = index ? function.parameter(*index) : nullptr;
        if (parameter != nullptr) {
            const Range &place =
                *index < arguments.size() ? arguments[*index].node->start_range() : range();
            diagnostics.push_back(error("Invalid function argument",
                                        fmt::format("Invalid value for \"{}\" parameter: {}.",
                                                    parameter->name, problem.what()),
                                        place, range()));
            return Value::unknown();
        }
        diagnostics.push_back(
            error("Error in function call",
                  fmt::format("Call to function \"{}\" failed: {}.", parts_.name, problem.what()),
                  start_, range()));
    } catch (const Error &problem) {
        diagnostics.push_back(
            error("Error in function call",
                  fmt::format("Call to function \"{}\" failed: {}.", parts_.name, problem.what()),
                  start_, range()));
    }
    return Value::unknown();
}

} // namespace berth::hcl
