// SPDX-License-Identifier: Apache-2.0
#include "unicode_text.hpp"

#include "berth/util/utf8.hpp"

#include <fmt/format.h>

#include <utf8proc.h>

namespace berth::hclfunc {

namespace {

constexpr char32_t replacement = 0xFFFD;

template<class Map>
std::string mapped(std::string_view text, Map map) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        auto [value, size] = front(text);
        append_utf8(result, map(value));
        text.remove_prefix(size);
    }
    return result;
}

// Unicode's simple mapping keeps the sharp s; utf8proc would capitalize it.
constexpr char32_t sharp_s = 0xDF;

char32_t simple_upper(char32_t value) {
    if (value == sharp_s)
        return value;
    return static_cast<char32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(value)));
}

char32_t simple_lower(char32_t value) {
    return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(value)));
}

char32_t simple_title(char32_t value) {
    if (value == sharp_s)
        return value;
    return static_cast<char32_t>(utf8proc_totitle(static_cast<utf8proc_int32_t>(value)));
}

utf8proc_category_t category(char32_t value) {
    return utf8proc_category(static_cast<utf8proc_int32_t>(value));
}

bool ends_word(char32_t value) {
    if (value < 0x80)
        return !(is_letter(value) || is_digit(value) || value == '_');
    return !is_letter(value) && !is_digit(value) && is_space(value);
}

bool is_printable(char32_t value) {
    if (value == ' ')
        return true;
    switch (category(value)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    default:
        return true;
    }
}

void append_escaped(std::string &text, char32_t value, char quote) {
    static constexpr std::string_view controls = "\a\b\f\n\r\t\v";
    static constexpr std::string_view letters = "abfnrtv";
    auto control = value < 0x80 ? controls.find(static_cast<char>(value)) : std::string_view::npos;
    if (value == static_cast<char32_t>(quote) || value == '\\')
        text += {'\\', static_cast<char>(value)};
    else if (is_printable(value))
        append_utf8(text, value);
    else if (control != std::string_view::npos)
        text += {'\\', letters[control]};
    else if (value < ' ' || value == 0x7F)
        text += fmt::format("\\x{:02x}", static_cast<unsigned>(value));
    else if (value < 0x10000)
        text += fmt::format("\\u{:04x}", static_cast<unsigned>(value));
    else
        text += fmt::format("\\U{:08x}", static_cast<unsigned>(value));
}

} // namespace

CodePoint front(std::string_view text) {
    if (text.empty())
        return {replacement, 0};
    utf8proc_int32_t value = 0;
    auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t *>(text.data()),
                                 static_cast<utf8proc_ssize_t>(text.size()), &value);
    if (size <= 0)
        return {replacement, 1};
    return {static_cast<char32_t>(value), static_cast<std::size_t>(size)};
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        auto [value, size] = front(text);
        if (value == replacement && size == 1)
            return false;
        text.remove_prefix(size);
    }
    return true;
}

bool is_space(char32_t value) {
    return (value >= 0x09 && value <= 0x0D) || value == ' ' || value == 0x85 || value == 0xA0 ||
           value == 0x1680 || (value >= 0x2000 && value <= 0x200A) || value == 0x2028 ||
           value == 0x2029 || value == 0x202F || value == 0x205F || value == 0x3000;
}

bool is_letter(char32_t value) {
    auto kind = category(value);
    return kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO;
}

bool is_digit(char32_t value) {
    return category(value) == UTF8PROC_CATEGORY_ND;
}

std::string upper_text(std::string_view text) {
    return mapped(text, simple_upper);
}

std::string lower_text(std::string_view text) {
    return mapped(text, simple_lower);
}

std::string title_text(std::string_view text) {
    bool starts = true;
    return mapped(text, [&](char32_t value) {
        auto result = starts ? simple_title(value) : value;
        starts = ends_word(value);
        return result;
    });
}

namespace {

template<class Cut>
std::string_view trimmed(std::string_view text, Cut cut) {
    std::size_t end = 0;
    std::size_t start = text.size();
    for (std::size_t at = 0; at < text.size();) {
        auto [value, size] = front(text.substr(at));
        if (!cut(value)) {
            start = std::min(start, at);
            end = at + size;
        }
        at += size;
    }
    return end == 0 ? std::string_view() : text.substr(start, end - start);
}

} // namespace

std::string_view trim_space(std::string_view text) {
    return trimmed(text, is_space);
}

std::string_view trim_set(std::string_view text, std::string_view cutset) {
    std::u32string cut;
    while (!cutset.empty()) {
        auto [value, size] = front(cutset);
        cut += value;
        cutset.remove_prefix(size);
    }
    return trimmed(text, [&](char32_t value) { return cut.find(value) != std::u32string::npos; });
}

std::vector<std::string_view> clusters(std::string_view text) {
    std::vector<std::string_view> result;
    std::size_t start = 0;
    utf8proc_int32_t state = 0;
    char32_t last = 0;
    for (std::size_t at = 0; at < text.size();) {
        auto [value, size] = front(text.substr(at));
        if (at > 0 &&
            utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(last),
                                             static_cast<utf8proc_int32_t>(value), &state)) {
            result.push_back(text.substr(start, at - start));
            start = at;
        }
        last = value;
        at += size;
    }
    if (start < text.size())
        result.push_back(text.substr(start));
    return result;
}

std::string quoted(std::string_view text) {
    std::string result = "\"";
    while (!text.empty()) {
        auto [value, size] = front(text);
        if (value == replacement && size == 1)
            result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
        else
            append_escaped(result, value, '"');
        text.remove_prefix(size);
    }
    return result + '"';
}

std::string quoted_rune(char32_t value) {
    std::string result = "'";
    append_escaped(result, value, '\'');
    return result + '\'';
}

} // namespace berth::hclfunc
