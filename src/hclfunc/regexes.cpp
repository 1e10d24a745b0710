// SPDX-License-Identifier: Apache-2.0
#include "make.hpp"
#include "regexp.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::hclfunc {

namespace {

Regexp compiled(std::string_view pattern) {
    try {
        return Regexp(pattern);
    } catch (const PatternError &error) {
        throw FunctionError(
            0, fmt::format("invalid regexp pattern: {} in {}", error.code, error.part));
    }
}

// A string if the pattern has no groups, a tuple for unnamed groups, an object for named ones.
Type match_type(const Regexp &pattern) {
    const auto &names = pattern.names();
    auto named = std::count_if(names.begin(), names.end(),
                               [](const std::string &name) { return !name.empty(); });
    if (names.empty())
        return Type::string();
    if (named == 0)
        return Type::tuple(std::vector<Type>(names.size(), Type::string()));
    if (static_cast<std::size_t>(named) != names.size())
        throw FunctionError(0, "invalid regexp pattern: cannot mix both named and unnamed "
                               "capture groups");
    Type::Attributes attributes;
    for (const auto &name : names)
        attributes.emplace(name, Type::string());
    return Type::object(std::move(attributes));
}

Type match_type_of(Arguments arguments) {
    if (!arguments[0].is_known())
        return Type::dynamic();
    return match_type(compiled(arguments[0].as_string()));
}

Type list_type_of(Arguments arguments) {
    return Type::list(match_type_of(arguments));
}

Value group_value(const std::optional<std::string_view> &group) {
    return group ? Value::string(*group) : Value::null(Type::string());
}

Value match_value(const Regexp &pattern, const Regexp::Match &match, const Type &type) {
    if (type.is_string())
        return group_value(match.front());
    Value::List groups;
    Value::Map attributes;
    for (std::size_t at = 1; at < match.size(); ++at) {
        if (type.is_tuple())
            groups.push_back(group_value(match[at]));
        else
            attributes.insert_or_assign(pattern.names()[at - 1], group_value(match[at]));
    }
    return type.is_tuple() ? Value::tuple(std::move(groups)) : Value::object(std::move(attributes));
}

Value find(Arguments arguments, const Type &result) {
    auto pattern = compiled(arguments[0].as_string());
    auto match = pattern.find(arguments[1].as_string());
    if (!match)
        throw FunctionError("pattern did not match any part of the given string");
    return match_value(pattern, *match, result);
}

Value find_all(Arguments arguments, const Type &result) {
    auto pattern = compiled(arguments[0].as_string());
    Value::List matches;
    for (const auto &match : pattern.find_all(arguments[1].as_string())) {
        matches.push_back(match_value(pattern, match, result.element()));
        check_element_count(matches.size());
    }
    return list_of(std::move(matches), result.element());
}

std::string replace(std::string_view text, std::string_view pattern, std::string_view with) {
    try {
        return Regexp(pattern).replace_all(text, with);
    } catch (const PatternError &error) {
        throw FunctionError(fmt::format("error parsing regexp: {}: `{}`", error.code, error.part));
    }
}

} // namespace

Functions regex_functions() {
    return {
        {"regex", make({text("pattern"), text("string")}, match_type_of, find)},
        {"regex_replace", text_function(replace, "str", "pattern", "replace")},
        {"regexall", make({text("pattern"), text("string")}, list_type_of, find_all)},
    };
}

} // namespace berth::hclfunc
