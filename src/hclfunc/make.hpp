// SPDX-License-Identifier: Apache-2.0
// Shared by the files of functions: helpers that declare parameters and functions, and read
// arguments. Each file returns its functions by name; functions.cpp joins them.
#pragma once

#include "berth/hcl/function.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace berth::hclfunc {

using hcl::Function;
using hcl::FunctionError;
using hcl::Functions;
using hcl::Number;
using hcl::Parameter;
using hcl::Type;
using hcl::Value;
using Arguments = Function::Arguments;

Functions collection_functions();
Functions crypto_functions();
Functions date_functions();
Functions encoding_functions();
Functions format_functions();
Functions list_functions();
Functions logic_functions();
Functions map_functions();
Functions network_functions();
Functions number_functions();
Functions path_functions();
Functions regex_functions();
Functions set_functions();
Functions string_functions();
Functions version_functions();

// Limit of results; otherwise a small file could use any amount of memory.
constexpr std::size_t largest_text = 64 << 20; // bytes
constexpr std::size_t most_elements = 1 << 20;
void check_text_size(std::size_t bytes);
void check_element_count(std::size_t count);

// A parameter that takes neither null nor unknown values.
Parameter parameter(std::string name, const Type &type);
inline Parameter text(std::string name) {
    return parameter(std::move(name), Type::string());
}
inline Parameter number(std::string name) {
    return parameter(std::move(name), Type::number());
}
inline Parameter anything(std::string name) {
    return parameter(std::move(name), Type::dynamic());
}
inline Parameter sequence(std::string name, const Type &element) {
    return parameter(std::move(name), Type::list(element));
}
Parameter nullable(Parameter parameter);
Parameter with_unknown(Parameter parameter);

// A function whose result always has the same type.
Function make(std::vector<Parameter> parameters, const Type &result,
              Function::Implementation implementation);
Function make_variadic(std::vector<Parameter> parameters, Parameter variadic, const Type &result,
                       Function::Implementation implementation);
// A function whose result's type depends on the arguments.
Function make(std::vector<Parameter> parameters, Function::TypeOf type,
              Function::Implementation implementation);
Function make_variadic(std::vector<Parameter> parameters, Parameter variadic, Function::TypeOf type,
                       Function::Implementation implementation);

// A function from strings to a string. `action` takes one std::string for each name.
template<class... Names, class Action>
Function text_function(Action action, Names... names) {
    return make(
        {text(names)...}, Type::string(), [action]<std::size_t... at>(std::index_sequence<at...>) {
            return [action](Arguments arguments, const Type &) {
                return Value::string(action(arguments[at].as_string()...));
            };
        }(std::index_sequence_for<Names...>{}));
}

// The argument as an integer of 64 bits. Throws an Error with go-cty's message if it is not one.
std::int64_t to_integer(const Value &value);
double to_double(const Value &value);
// The same for messages that name the argument: "invalid index: value must be …".
std::int64_t to_integer(const Value &value, std::string_view failure);

bool is_list_or_tuple(const Type &type);
// The elements of a list, or an empty list of the type `element`.
Value list_of(Value::List elements, const Type &element);

} // namespace berth::hclfunc
