// SPDX-License-Identifier: Apache-2.0
#include "berth/hcl/closures.hpp"

#include "berth/hcl/convert.hpp"

#include <fmt/format.h>

namespace berth::hcl {
namespace {

struct Attempt {
    Value value;
    Diagnostics diagnostics;
};

Attempt attempt(const Value &argument) {
    const auto &closure = argument.as_capsule<Closure>();
    Attempt result;
    result.value = closure.expression->evaluate(closure.context, result.diagnostics);
    return result;
}

Value first_that_works(Function::Arguments arguments) {
    if (arguments.empty())
        throw FunctionError("at least one argument is required");
    std::string reasons;
    for (const Value &argument : arguments) {
        const Attempt result = attempt(argument);
        if (!has_errors(result.diagnostics))
            return result.value.is_wholly_known() ? result.value : Value::unknown();
        for (const Diagnostic &diagnostic : result.diagnostics)
            reasons += fmt::format(
                "- {}{}\n  {}\n", diagnostic.summary,
                diagnostic.subject ? fmt::format(" (at {})", diagnostic.subject->text()) : "",
                diagnostic.detail);
    }
    throw FunctionError("no expression succeeded:\n" + reasons +
                        "\nAt least one expression must produce a successful result");
}

Parameter expression_parameter(const std::string &name) {
    return {.name = name,
            .type = closure_type(),
            .decode = Parameter::Decode::expression,
            .description = {}};
}

Value converted(const Value &value, const Type &type) {
    try {
        return convert(value, type);
    } catch (const ConversionError &problem) {
        throw FunctionError(0, problem.what());
    }
}

} // namespace

Value Closure::value() const {
    Diagnostics diagnostics;
    Value result = expression->evaluate(context, diagnostics);
    if (has_errors(diagnostics))
        throw DiagnosticError(std::move(diagnostics));
    return result;
}

Type closure_type() {
    return Type::capsule("expression closure");
}
Type type_constraint_type() {
    return Type::capsule("type constraint");
}

Function try_function() {
    return Function(
        {.description = {},
         .parameters = {},
         .variadic = expression_parameter("expressions"),
         .type = [](Function::Arguments arguments) { return first_that_works(arguments).type(); },
         .implementation = [](Function::Arguments arguments,
                              const Type &) { return first_that_works(arguments); }});
}

Function can_function() {
    return Function({.description = {},
                     .parameters = {expression_parameter("expression")},
                     .variadic = {},
                     .type = always(Type::boolean()),
                     .implementation = [](Function::Arguments arguments, const Type &) {
                         const Attempt result = attempt(arguments[0]);
                         if (has_errors(result.diagnostics))
                             return Value::boolean(false);
                         return result.value.is_wholly_known() ? Value::boolean(true)
                                                               : Value::unknown(Type::boolean());
                     }});
}

Function convert_function() {
    const Parameter value{.name = "value",
                          .type = Type::dynamic(),
                          .allow_null = true,
                          .allow_dynamic = true,
                          .description = {}};
    const Parameter type{.name = "type",
                         .type = type_constraint_type(),
                         .decode = Parameter::Decode::type_constraint,
                         .description = {}};
    return Function(
        {.description = {},
         .parameters = {value, type},
         .variadic = {},
         .type =
             [](Function::Arguments arguments) {
                 return converted(arguments[0], arguments[1].as_capsule<Type>()).type();
             },
         .implementation = [](Function::Arguments arguments,
                              const Type &result) { return converted(arguments[0], result); }});
}

} // namespace berth::hcl
