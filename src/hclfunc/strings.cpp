// SPDX-License-Identifier: Apache-2.0
#include "make.hpp"
#include "unicode_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::hclfunc {

namespace {

std::string reverse(std::string_view text) {
    auto parts = clusters(text);
    std::string result;
    for (auto part = parts.rbegin(); part != parts.rend(); ++part)
        result += *part;
    return result;
}

std::string chomp(std::string_view text) {
    return std::string(text.substr(0, text.find_last_not_of("\r\n") + 1));
}

std::string trim_prefix(std::string_view text, std::string_view prefix) {
    return std::string(text.starts_with(prefix) ? text.substr(prefix.size()) : text);
}

std::string trim_suffix(std::string_view text, std::string_view suffix) {
    return std::string(text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text);
}

// An empty `from` matches before each code point and at the end.
std::string replace_plain(std::string_view text, std::string_view from, std::string_view to) {
    std::string result;
    for (;;) {
        auto at = text.find(from);
        if (at == std::string_view::npos)
            return result.append(text);
        result.append(text.substr(0, at)).append(to);
        check_text_size(result.size());
        auto used = at + from.size();
        if (from.empty()) {
            if (text.empty())
                return result;
            used = front(text).size;
            result += text.substr(0, used);
        }
        text.remove_prefix(used);
    }
}

std::vector<std::string_view> split_text(std::string_view separator, std::string_view text) {
    std::vector<std::string_view> parts;
    while (separator.empty() && !text.empty()) {
        parts.push_back(text.substr(0, front(text).size));
        text.remove_prefix(parts.back().size());
    }
    if (separator.empty())
        return parts;
    for (;;) {
        auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos)
            return parts;
        text.remove_prefix(at + separator.size());
    }
}

Value split(Arguments arguments, const Type &) {
    Value::List parts;
    for (auto part : split_text(arguments[0].as_string(), arguments[1].as_string()))
        parts.push_back(Value::string(part));
    return list_of(std::move(parts), Type::string());
}

Value string_length(Arguments arguments, const Type &result) {
    if (!arguments[0].is_known())
        return Value::unknown(result);
    auto count = clusters(arguments[0].as_string()).size();
    return Value::number(static_cast<std::int64_t>(count));
}

// Offset and length count grapheme clusters. A negative offset counts from the end. A negative
// length, or zero with a negative offset, takes the rest.
Value substring(Arguments arguments, const Type &) {
    auto parts = clusters(arguments[0].as_string());
    auto offset = to_integer(arguments[1]);
    auto length = to_integer(arguments[2]);
    if (offset >= 0 && length == 0)
        return Value::string("");
    auto count = static_cast<std::int64_t>(parts.size());
    bool all = length <= 0;
    auto start = std::clamp<std::int64_t>(offset < 0 ? offset + count : offset, 0, count);
    auto end = all || length > count - start ? count : start + length;
    std::string result;
    for (auto at = start; at < end; ++at)
        result += parts[static_cast<std::size_t>(at)];
    return Value::string(result);
}

std::string null_element(std::size_t element, std::size_t list, std::size_t lists) {
    auto of_list = lists > 1 ? fmt::format(" of list {}", list) : "";
    return fmt::format("element {}{} is null; cannot concatenate null values", element, of_list);
}

Value join(Arguments arguments, const Type &result) {
    auto lists = arguments.subspan(1);
    if (lists.empty())
        throw FunctionError("at least one list is required");
    for (const auto &list : lists)
        if (!list.is_wholly_known())
            return Value::unknown(result);
    const auto &separator = arguments[0].as_string();
    std::string text;
    bool first = true;
    for (std::size_t list = 0; list < lists.size(); ++list) {
        std::size_t index = 0;
        for (const auto &element : lists[list].as_list()) {
            if (element.is_null())
                throw FunctionError(list + 1, null_element(index, list + 1, lists.size()));
            if (!first)
                text += separator;
            first = false;
            text += element.as_string();
            check_text_size(text.size());
            ++index;
        }
    }
    return Value::string(text);
}

Value sort(Arguments arguments, const Type &result) {
    if (!arguments[0].is_wholly_known())
        return Value::unknown(result);
    auto elements = arguments[0].as_list();
    for (std::size_t at = 0; at < elements.size(); ++at)
        if (elements[at].is_null())
            throw FunctionError(
                fmt::format("given list element {} is null; a null string cannot be sorted", at));
    std::stable_sort(elements.begin(), elements.end(), [](const Value &left, const Value &right) {
        return left.as_string() < right.as_string();
    });
    return list_of(std::move(elements), Type::string());
}

Value indent(Arguments arguments, const Type &) {
    auto spaces = to_integer(arguments[0]);
    if (spaces < 0)
        throw FunctionError(0, "the number of spaces must not be negative");
    const auto &text = arguments[1].as_string();
    auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    auto width = static_cast<std::size_t>(spaces);
    check_text_size(width);
    check_text_size(text.size() + lines * width);
    return Value::string(replace_plain(text, "\n", "\n" + std::string(width, ' ')));
}

// No expression yields a buffer of bytes, so these functions only reject their arguments.
Value no_bytes(Arguments, const Type &) {
    throw FunctionError(0, "bytes required");
}

} // namespace

Functions string_functions() {
    auto bytes = Type::capsule("bytes");
    return {
        {"byteslen", make({parameter("buf", bytes)}, Type::number(), no_bytes)},
        {"bytesslice",
         make({parameter("buf", bytes), number("offset"), number("length")}, bytes, no_bytes)},
        {"chomp", text_function(chomp, "str")},
        {"indent", make({number("spaces"), text("str")}, Type::string(), indent)},
        {"join", make_variadic({text("separator")}, sequence("lists", Type::string()),
                               Type::string(), join)},
        {"lower", text_function(lower_text, "str")},
        {"replace", text_function(replace_plain, "str", "substr", "replace")},
        {"reverse", text_function(reverse, "str")},
        {"sort",
         make({with_unknown(sequence("list", Type::string()))}, Type::list(Type::string()), sort)},
        {"split", make({text("separator"), text("str")}, Type::list(Type::string()), split)},
        {"strlen", make({with_unknown(text("str"))}, Type::number(), string_length)},
        {"substr",
         make({text("str"), number("offset"), number("length")}, Type::string(), substring)},
        {"title", text_function(title_text, "str")},
        {"trim", text_function(trim_set, "str", "cutset")},
        {"trimprefix", text_function(trim_prefix, "str", "prefix")},
        {"trimspace", text_function(trim_space, "str")},
        {"trimsuffix", text_function(trim_suffix, "str", "suffix")},
        {"upper", text_function(upper_text, "str")},
    };
}

} // namespace berth::hclfunc
