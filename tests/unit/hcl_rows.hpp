// SPDX-License-Identifier: Apache-2.0
// Tables of HCL texts with HCL's own results (tests/data/hcl: one JSON array of text and result a
// line), and a context of variables and functions for them.
#pragma once

#include "berth/hcl/closures.hpp"
#include "berth/hcl/convert.hpp"
#include "berth/hcl/expression.hpp"
#include "berth/hcl/json_value.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace berth::hcl {

inline std::vector<std::pair<std::string, std::string>> rows_of(const std::string &name) {
    std::ifstream file(std::string(BERTH_TEST_DATA) + "/data/hcl/" + name);
    std::vector<std::pair<std::string, std::string>> rows;
    for (std::string line; std::getline(file, line);) {
        const auto row = nlohmann::json::parse(line);
        rows.emplace_back(row.at(0), row.at(1));
    }
    return rows;
}

// A value as JSON with its type: `[1,"a"] : tuple([number,string])`.
inline std::string shown(const Value &value) {
    const std::string type = type_text(value.type());
    if (!value.is_wholly_known())
        return (value.is_known() ? "partly " : "unknown ") + type;
    const bool infinite =
        value.type().is_number() && !value.is_null() && value.as_number().is_infinite();
    return (infinite ? value.as_number().text() : to_json(value)) + " : " + type;
}

inline std::string shown(const Range &range) {
    return fmt::format("{},{}-{},{}", range.start.line, range.start.column, range.end.line,
                       range.end.column);
}

// Summaries and places: `Invalid index [1,5-1,8] ; …`. The same several times in a row: once.
inline std::string shown(const Diagnostics &diagnostics) {
    std::string text;
    std::string last;
    for (const Diagnostic &diagnostic : diagnostics) {
        const std::string next = fmt::format("{} [{}]", diagnostic.summary,
                                             diagnostic.subject ? shown(*diagnostic.subject) : "-");
        if (next != last)
            text += (text.empty() ? "" : " ; ") + next;
        last = next;
    }
    return text;
}

inline Parameter parameter(const std::string &name, const Type &type) {
    return {.name = name, .type = type, .description = {}};
}

inline Function upper_function() {
    return Function({.description = {},
                     .parameters = {parameter("str", Type::string())},
                     .variadic = {},
                     .type = always(Type::string()),
                     .implementation = [](Function::Arguments arguments, const Type &) {
                         std::string text = arguments[0].as_string();
                         std::transform(
                             text.begin(), text.end(), text.begin(),
                             [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
                         return Value::string(text);
                     }});
}

inline Function max_function() {
    return Function({.description = {},
                     .parameters = {},
                     .variadic = Parameter{.name = "numbers",
                                           .type = Type::number(),
                                           .allow_dynamic = true,
                                           .description = {}},
                     .type = always(Type::number()),
                     .implementation = [](Function::Arguments arguments, const Type &) {
                         if (arguments.empty())
                             throw FunctionError("must pass at least one number");
                         Number largest = arguments[0].as_number();
                         for (const Value &argument : arguments)
                             largest = std::max(largest, argument.as_number());
                         return Value::number(largest);
                     }});
}

inline Function length_function() {
    return Function(
        {.description = {},
         .parameters = {parameter("collection", Type::dynamic())},
         .variadic = {},
         .type =
             [](Function::Arguments arguments) {
                 if (arguments[0].type().is_primitive())
                     throw FunctionError("collection must be a list, a map or a tuple");
                 return Type::number();
             },
         .implementation = [](Function::Arguments arguments,
                              const Type &) { return Value::number(arguments[0].length()); }});
}

inline Function jsonencode_function() {
    return Function({.description = {},
                     .parameters = {Parameter{.name = "val",
                                              .type = Type::dynamic(),
                                              .allow_null = true,
                                              .allow_dynamic = true,
                                              .description = {}}},
                     .variadic = {},
                     .type = always(Type::string()),
                     .implementation = [](Function::Arguments arguments, const Type &) {
                         return Value::string(to_json(arguments[0]));
                     }});
}

inline Function jsondecode_function() {
    return Function({.description = {},
                     .parameters = {parameter("str", Type::string())},
                     .variadic = {},
                     .type =
                         [](Function::Arguments arguments) {
                             return implied_json_type(arguments[0].as_string());
                         },
                     .implementation =
                         [](Function::Arguments arguments, const Type &type) {
                             return from_json(arguments[0].as_string(), type);
                         }});
}

inline Context sample_context() {
    const auto text = [](const char *value) { return Value::string(value); };
    const auto number = [](int value) { return Value::number(value); };
    Context context;
    context.variables = {
        {"name", text("world")},
        {"n", number(3)},
        {"t", Value::boolean(true)},
        {"obj",
         Value::object({{"a", text("x")}, {"b", number(2)}, {"c", Value::tuple({number(1)})}})},
        {"list", Value::list({text("a"), text("b"), text("c")})},
        {"nums", Value::list({number(1), number(2)})},
        {"set", Value::set({text("b"), text("a")})},
        {"map", Value::map({{"k", text("v")}, {"l", text("w")}})},
        {"empty", Value::list({}, Type::string())},
        {"objs",
         Value::list({Value::object({{"id", text("1")}}), Value::object({{"id", text("2")}})})},
        {"tup",
         Value::tuple({Value::object({{"id", text("1")}}), Value::object({{"id", number(2)}})})},
        {"unk", Value::unknown(Type::string())},
        {"dyn", Value::unknown()},
        {"unklist", Value::unknown(Type::list(Type::string()))},
        {"nul", Value::null()},
        {"nulstr", Value::null(Type::string())},
        {"nullist", Value::null(Type::list(Type::string()))},
        {"half", Value::number(Number(0.1))},
        {"größe", number(9)},
    };
    context.functions = {{"upper", upper_function()},
                         {"max", max_function()},
                         {"length", length_function()},
                         {"jsonencode", jsonencode_function()},
                         {"jsondecode", jsondecode_function()},
                         {"try", try_function()},
                         {"can", can_function()},
                         {"convert", convert_function()}};
    return context;
}

} // namespace berth::hcl
