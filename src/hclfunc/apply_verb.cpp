// SPDX-License-Identifier: Apache-2.0
#include "berth/hcl/convert.hpp"
#include "berth/hcl/json_value.hpp"

#include "format_verb.hpp"
#include "make.hpp"
#include "unicode_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::hclfunc {

namespace {

FunctionError unsupported(const FormatVerb &verb, std::string_view why) {
    return FunctionError(
        fmt::format("unsupported value for {} at {}: {}", quoted(verb.raw), verb.offset, why));
}

Value converted(const FormatVerb &verb, const Value &value, const Type &type) {
    try {
        return hcl::convert(value, type);
    } catch (const hcl::ConversionError &error) {
        throw unsupported(verb, error.what());
    }
}

std::string as_json(const FormatVerb &verb, const Value &value) {
    try {
        return hcl::to_json(value);
    } catch (const Error &error) {
        throw unsupported(verb, error.what());
    }
}

// Widths of strings count grapheme clusters.
std::string padded(const FormatVerb &verb, std::string text) {
    auto count = verb.width ? clusters(text).size() : 0;
    if (!verb.width || count >= *verb.width)
        return text;
    std::string padding(*verb.width - count, verb.zero ? '0' : ' ');
    return verb.minus ? text + padding : padding + text;
}

std::string as_is(const FormatVerb &verb, const Value &value) {
    bool plain = !verb.sharp && !value.is_null();
    if (plain && value.type().is_string())
        return padded(verb, value.as_string());
    if (plain && value.type().is_number())
        return padded(verb, value.as_number().text('g', -1));
    return padded(verb, as_json(verb, value));
}

std::string as_string(const FormatVerb &verb, const Value &value) {
    auto text = converted(verb, value, Type::string()).as_string();
    if (verb.precision.value_or(0) > 0) {
        auto parts = clusters(text);
        std::string kept;
        for (std::size_t at = 0; at < std::min(*verb.precision, parts.size()); ++at)
            kept += parts[at];
        text = std::move(kept);
    }
    return padded(verb, verb.mode == 's' ? text : as_json(verb, Value::string(text)));
}

void to_upper(std::string &text) {
    for (char &c : text)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

std::string sign_of(const FormatVerb &verb, bool negative) {
    if (negative)
        return "-";
    return verb.plus ? "+" : verb.space ? " " : "";
}

// Follows Go's big.Int.
std::string as_integer(const FormatVerb &verb, const Number &number) {
    if (!number.is_integer())
        throw unsupported(verb, "an integer is required");
    auto base = verb.mode == 'b' ? 2 : verb.mode == 'o' ? 8 : verb.mode == 'd' ? 10 : 16;
    auto digits = number.absolute().integer_text(base);
    if (verb.mode == 'X')
        to_upper(digits);
    if (verb.precision == std::size_t{0} && digits == "0")
        return {};
    auto prefix = sign_of(verb, number.sign() < 0);
    if (verb.sharp && verb.mode != 'd')
        prefix += verb.mode == 'o' ? "0" : fmt::format("0{}", verb.mode);
    auto precision = verb.precision.value_or(0);
    if (precision > digits.size())
        digits.insert(0, precision - digits.size(), '0');
    auto size = prefix.size() + digits.size();
    auto padding = verb.width && *verb.width > size ? *verb.width - size : 0;
    if (verb.minus)
        return prefix + digits + std::string(padding, ' ');
    if (verb.zero && !verb.precision)
        return prefix + std::string(padding, '0') + digits;
    return std::string(padding, ' ') + prefix + digits;
}

// Follows Go's big.Float, where the zero flag overrides the minus.
std::string as_float(const FormatVerb &verb, const Number &number) {
    auto letter = verb.mode == 'E' ? 'e' : verb.mode == 'G' ? 'g' : verb.mode;
    auto precision = verb.precision ? static_cast<int>(*verb.precision) : letter == 'g' ? -1 : 6;
    auto text = number.text(letter, precision);
    std::string sign = sign_of(verb, text.starts_with('-'));
    if (text.starts_with('-'))
        text.erase(0, 1);
    if (text.starts_with('+')) { // +Inf
        sign = verb.space ? " " : "+";
        text.erase(0, 1);
    }
    if (letter != verb.mode && !number.is_infinite())
        to_upper(text);
    auto size = sign.size() + text.size();
    auto padding = verb.width && *verb.width > size ? *verb.width - size : 0;
    if (verb.zero && !number.is_infinite())
        return sign + std::string(padding, '0') + text;
    if (verb.minus)
        return sign + text + std::string(padding, ' ');
    return std::string(padding, ' ') + sign + text;
}

} // namespace

std::string apply_verb(const FormatVerb &verb, const Value &value) {
    if (verb.mode != 'v' && value.is_null())
        throw unsupported(verb, "null value cannot be formatted");
    switch (verb.mode) {
    case 'v':
        return as_is(verb, value);
    case 't':
        return converted(verb, value, Type::boolean()).as_boolean() ? "true" : "false";
    case 'b':
    case 'd':
    case 'o':
    case 'x':
    case 'X':
        return as_integer(verb, converted(verb, value, Type::number()).as_number());
    case 'e':
    case 'E':
    case 'f':
    case 'g':
    case 'G':
        return as_float(verb, converted(verb, value, Type::number()).as_number());
    case 's':
    case 'q':
        return as_string(verb, value);
    default:
        throw FunctionError(fmt::format("unsupported format verb {} in {} at offset {}",
                                        quoted_rune(static_cast<char32_t>(verb.mode)),
                                        quoted(verb.raw), verb.offset));
    }
}

} // namespace berth::hclfunc
