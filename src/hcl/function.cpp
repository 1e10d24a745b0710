// SPDX-License-Identifier: Apache-2.0
#include "berth/hcl/function.hpp"

#include "berth/hcl/convert.hpp"

#include <fmt/format.h>

namespace berth::hcl {
namespace {

void check_count(const Function::Specification &specification, std::size_t given) {
    const std::size_t required = specification.parameters.size();
    if (specification.variadic ? given >= required : given == required)
        return;
    throw FunctionError(fmt::format("wrong number of arguments ({}{} required; {} given)",
                                    specification.variadic ? "at least " : "", required, given));
}

} // namespace

Function::Function(Specification specification)
    : specification_(std::make_shared<const Specification>(std::move(specification))) {}

const Parameter *Function::parameter(std::size_t argument) const {
    if (argument < parameters().size())
        return &parameters()[argument];
    return variadic() ? &*variadic() : nullptr;
}

// The type of the result; dynamic if the type of an argument is.
Type Function::result_type(Arguments arguments) const {
    check_count(*specification_, arguments.size());
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const Value &argument = arguments[i];
        const Parameter &wanted = *parameter(i);
        if (argument.is_null() && !wanted.allow_null)
            throw FunctionError(i, "argument must not be null");
        if (argument.type().is_dynamic()) {
            if (!wanted.allow_dynamic)
                return Type::dynamic();
            continue;
        }
        const std::string error = conformance_error(argument.type(), wanted.type);
        if (!error.empty())
            throw FunctionError(i, error);
    }
    return specification_->type(arguments);
}

Value Function::call(Arguments arguments) const {
    const Type type = result_type(arguments);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const Parameter &wanted = *parameter(i);
        const bool open = arguments[i].type().is_dynamic() && !wanted.allow_dynamic;
        if (open || (!arguments[i].is_known() && !wanted.allow_unknown))
            return Value::unknown(type);
    }
    Value result = specification_->implementation(arguments, type);
    const std::string error = conformance_error(result.type(), type);
    if (!error.empty())
        throw FunctionError("the function's result is of another type than announced: " + error);
    return result;
}

} // namespace berth::hcl
