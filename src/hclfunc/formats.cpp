// SPDX-License-Identifier: Apache-2.0
#include "format_verb.hpp"
#include "make.hpp"
#include "unicode_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::hclfunc {

namespace {

const Value &argument_of(const FormatVerb &verb, Arguments values) {
    if (verb.argument > values.size())
        throw FunctionError(
            fmt::format("not enough arguments for {} at {}: need index {} but have {} total",
                        quoted(verb.raw), verb.offset, verb.argument, values.size()));
    return values[verb.argument - 1];
}

void check_all_used(std::size_t used, std::size_t given) {
    if (used >= given)
        return;
    throw FunctionError(
        used + 1, used == 0
                      ? "too many arguments; no verbs in format string"
                      : fmt::format("too many arguments; only {} used by format string", used));
}

std::string formatted(std::string_view format, Arguments values) {
    std::string text;
    std::size_t next = 1;
    std::size_t used = 0;
    for (std::size_t at = 0; at < format.size();) {
        if (format[at] != '%' || format.substr(at, 2) == "%%") {
            text += format[at];
            at += format[at] == '%' ? 2 : 1;
            continue;
        }
        auto verb = read_verb(format, at, next);
        text += apply_verb(verb, argument_of(verb, values));
        check_text_size(text.size());
        next = verb.argument + 1;
        used = std::max(used, verb.argument);
        at += verb.raw.size();
    }
    check_all_used(used, values.size());
    return text;
}

bool all_known(Arguments values) {
    return std::all_of(values.begin(), values.end(),
                       [](const Value &value) { return value.is_wholly_known(); });
}

Value format(Arguments arguments, const Type &result) {
    if (!all_known(arguments))
        return Value::unknown(result);
    return Value::string(formatted(arguments[0].as_string(), arguments.subspan(1)));
}

bool is_repeated(const Value &value) {
    const auto &type = value.type();
    return (is_list_or_tuple(type) || type.is_set()) && !value.is_null();
}

std::size_t length_of(const Value &value) {
    return value.type().is_tuple() ? value.type().elements().size() : value.length();
}

// How often to apply the format: the common length of the values that are sequences, 1 without
// sequences. Nothing if a sequence is unknown.
std::optional<std::size_t> iterations(Arguments values) {
    std::optional<std::size_t> chooser;
    bool known = true;
    for (std::size_t at = 0; at < values.size(); ++at) {
        known = known && (values[at].is_known() || !values[at].type().is_dynamic());
        if (!is_repeated(values[at]))
            continue;
        known = known && values[at].is_known();
        if (!values[at].is_known() && !values[at].type().is_tuple())
            continue;
        if (!chooser)
            chooser = at;
        auto wanted = length_of(values[*chooser]);
        if (auto length = length_of(values[at]); length != wanted)
            throw FunctionError(at + 1,
                                fmt::format("argument {} has length {}, which is inconsistent "
                                            "with argument {} of length {}",
                                            at + 1, length, *chooser + 1, wanted));
    }
    if (!known)
        return std::nullopt;
    return chooser ? length_of(values[*chooser]) : 1;
}

Value formatted_once(std::string_view format, const Value::List &values, std::size_t iteration) {
    if (!all_known(values))
        return Value::unknown(Type::string());
    try {
        return Value::string(formatted(format, values));
    } catch (const FunctionError &error) {
        throw FunctionError(
            fmt::format("error on format iteration {}: {}", iteration, error.what()));
    }
}

Value format_list(Arguments arguments, const Type &result) {
    const auto &format_text = arguments[0].as_string();
    auto values = arguments.subspan(1);
    if (values.empty())
        return Value::list({Value::string(formatted(format_text, values))});
    auto count = iterations(values);
    if (!count)
        return Value::unknown(result);
    Value::List lines;
    for (std::size_t iteration = 0; iteration < *count; ++iteration) {
        Value::List once;
        for (const auto &value : values)
            once.push_back(is_repeated(value) ? value.as_list()[iteration] : value);
        lines.push_back(formatted_once(format_text, once, iteration));
    }
    return list_of(std::move(lines), Type::string());
}

} // namespace

Functions format_functions() {
    auto values = with_unknown(nullable(anything("args")));
    return {
        {"format", make_variadic({text("format")}, values, Type::string(), format)},
        {"formatlist",
         make_variadic({text("format")}, values, Type::list(Type::string()), format_list)},
    };
}

} // namespace berth::hclfunc
