// SPDX-License-Identifier: Apache-2.0
// Functions declared by a definition file.
#include "berth/hcl/expression.hpp"

namespace berth::hcl {
namespace {

struct Declaration {
    std::vector<std::string> parameters;
    std::optional<std::string> variadic;
    ExpressionPtr result;
    const Context *base = nullptr;

    Value call(Function::Arguments arguments) const {
        Context context(base);
        const std::size_t fixed = parameters.size();
        for (std::size_t i = 0; i < fixed; ++i)
            context.variables.insert_or_assign(parameters[i], arguments[i]);
        if (variadic)
            context.variables.insert_or_assign(
                *variadic, Value::tuple({arguments.begin() + static_cast<std::ptrdiff_t>(fixed),
                                         arguments.end()}));
        Diagnostics diagnostics;
        Value value = result->evaluate(&context, diagnostics);
        if (has_errors(diagnostics))
            throw DiagnosticError(std::move(diagnostics));
        return value;
    }
};

Parameter any_parameter(const std::string &name) {
    return {.name = name, .type = Type::dynamic(), .description = {}};
}

std::string parameter_name(const Expression &expression, const char *summary,
                           Diagnostics &diagnostics) {
    std::string name = keyword_of(expression);
    if (name.empty())
        diagnostics.push_back(
            error(summary, "Each parameter name must be an identifier.", expression.range()));
    return name;
}

} // namespace

Function user_function(const Expression &parameters, const Expression *variadic,
                       ExpressionPtr result, const Context *base, Diagnostics &diagnostics) {
    auto declaration = std::make_shared<Declaration>();
    Function::Specification specification;
    for (const ExpressionPtr &parameter : list_of(parameters, diagnostics)) {
        const std::string name = parameter_name(*parameter, "Invalid param element", diagnostics);
        declaration->parameters.push_back(name);
        specification.parameters.push_back(any_parameter(name));
    }
    if (variadic != nullptr) {
        const std::string name = parameter_name(*variadic, "Invalid variadic_params", diagnostics);
        declaration->variadic = name;
        specification.variadic = any_parameter(name);
    }
    declaration->result = std::move(result);
    declaration->base = base;
    specification.type = [declaration](Function::Arguments arguments) {
        return declaration->call(arguments).type();
    };
    specification.implementation = [declaration](Function::Arguments arguments, const Type &) {
        return declaration->call(arguments);
    };
    return Function(std::move(specification));
}

} // namespace berth::hcl
