// SPDX-License-Identifier: Apache-2.0
#include "make.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace berth::hclfunc {

void check_text_size(std::size_t bytes) {
    if (bytes > largest_text)
        throw FunctionError(
            fmt::format("the result would be larger than {} MiB", largest_text >> 20));
}

void check_element_count(std::size_t count) {
    if (count > most_elements)
        throw FunctionError(
            fmt::format("the result would have more than {} elements", most_elements));
}

Parameter parameter(std::string name, const Type &type) {
    Parameter result;
    result.name = std::move(name);
    result.type = type;
    return result;
}

Parameter nullable(Parameter parameter) {
    parameter.allow_null = true;
    parameter.allow_dynamic = true;
    return parameter;
}

Parameter with_unknown(Parameter parameter) {
    parameter.allow_unknown = true;
    parameter.allow_dynamic = true;
    return parameter;
}

Function make(std::vector<Parameter> parameters, Function::TypeOf type,
              Function::Implementation implementation) {
    return Function({.description = {},
                     .parameters = std::move(parameters),
                     .variadic = std::nullopt,
                     .type = std::move(type),
                     .implementation = std::move(implementation)});
}

Function make_variadic(std::vector<Parameter> parameters, Parameter variadic, Function::TypeOf type,
                       Function::Implementation implementation) {
    return Function({.description = {},
                     .parameters = std::move(parameters),
                     .variadic = std::move(variadic),
                     .type = std::move(type),
                     .implementation = std::move(implementation)});
}

Function make(std::vector<Parameter> parameters, const Type &result,
              Function::Implementation implementation) {
    return make(std::move(parameters), hcl::always(result), std::move(implementation));
}

Function make_variadic(std::vector<Parameter> parameters, Parameter variadic, const Type &result,
                       Function::Implementation implementation) {
    return make_variadic(std::move(parameters), std::move(variadic), hcl::always(result),
                         std::move(implementation));
}

std::int64_t to_integer(const Value &value) {
    if (auto integer = value.as_number().to_int64())
        return *integer;
    throw FunctionError(fmt::format("value must be a whole number, between {} and {}",
                                    std::numeric_limits<std::int64_t>::min(),
                                    std::numeric_limits<std::int64_t>::max()));
}

std::int64_t to_integer(const Value &value, std::string_view failure) {
    try {
        return to_integer(value);
    } catch (const FunctionError &error) {
        throw FunctionError(fmt::format("{}: {}", failure, error.what()));
    }
}

double to_double(const Value &value) {
    const auto &number = value.as_number();
    auto result = number.to_double();
    if (std::isinf(result) && !number.is_infinite())
        throw FunctionError(fmt::format("value must be between {:f} and {:f} inclusive",
                                        std::numeric_limits<double>::lowest(),
                                        std::numeric_limits<double>::max()));
    return result;
}

bool is_list_or_tuple(const Type &type) {
    return type.is_list() || type.is_tuple();
}

Value list_of(Value::List elements, const Type &element) {
    return Value::list(std::move(elements), element);
}

} // namespace berth::hclfunc
