// SPDX-License-Identifier: Apache-2.0
#include "text.hpp"

#include "berth/util/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utf8proc.h>
#include <utility>

namespace berth::hcl {
namespace {

unsigned char byte_at(std::string_view text, std::size_t index) {
    return static_cast<unsigned char>(text[index]);
}

bool ascii(std::string_view text) {
    return (byte_at(text, 0) & 0x80U) == 0;
}

bool is_letter_category(utf8proc_category_t category) {
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

// Unicode's Other_ID_Start and Other_ID_Continue.
bool other_start(std::int32_t point) {
    return point == 0x2118 || point == 0x212E || point == 0x309B || point == 0x309C ||
           point == 0x1885 || point == 0x1886;
}

bool other_continue(std::int32_t point) {
    return point == 0xB7 || point == 0x387 || (point >= 0x1369 && point <= 0x1371) ||
           point == 0x19DA;
}

bool starts_identifier(std::int32_t point) {
    if (point == '_')
        return true;
    const auto category = utf8proc_category(point);
    if (point == 0x2E2F) // a letter, but Pattern_Syntax
        return false;
    return is_letter_category(category) || category == UTF8PROC_CATEGORY_NL || other_start(point);
}

bool continues_identifier(std::int32_t point) {
    if (point == '-' || starts_identifier(point))
        return true;
    const auto category = utf8proc_category(point);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
           category == UTF8PROC_CATEGORY_ND || category == UTF8PROC_CATEGORY_PC ||
           other_continue(point);
}

bool is_space(std::int32_t point) { // Go's unicode.IsSpace
    if ((point >= '\t' && point <= '\r') || point == ' ' || point == 0x85)
        return true;
    const auto category = utf8proc_category(point);
    return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP;
}

std::size_t distance(const std::string &left, const std::string &right) {
    std::vector<std::size_t> row(right.size() + 1);
    for (std::size_t i = 0; i < row.size(); ++i)
        row[i] = i;
    for (std::size_t i = 1; i <= left.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t changed = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
        }
    }
    return row.back();
}

} // namespace

std::size_t sequence_length(std::string_view text) {
    if (text.empty())
        return 0;
    const unsigned char first = byte_at(text, 0);
    const std::size_t length = first < 0x80    ? 1
                               : first < 0xC0  ? 0
                               : first < 0xE0  ? 2
                               : first < 0xF0  ? 3
                               : first <= 0xF7 ? 4
                                               : 0;
    if (length == 0 || length > text.size())
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte_at(text, i) & 0xC0U) != 0x80)
            return 0;
    return length;
}

std::int32_t code_point(std::string_view sequence) {
    if (ascii(sequence))
        return byte_at(sequence, 0);
    utf8proc_int32_t point = 0;
    const auto length =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t *>(sequence.data()),
                         static_cast<utf8proc_ssize_t>(sequence.size()), &point);
    return length < 0 ? 0xFFFD : point;
}

std::string utf8(std::int32_t point) {
    if (point < 0 || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
        return {};
    std::string text;
    append_utf8(text, static_cast<char32_t>(point));
    return text;
}

std::size_t identifier_length(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size()) {
        const std::size_t next = sequence_length(text.substr(length));
        if (next == 0)
            break;
        const std::int32_t point = code_point(text.substr(length, next));
        if (length == 0 ? !starts_identifier(point) : !continues_identifier(point))
            break;
        length += next;
    }
    return length;
}

std::size_t character_length(std::string_view text) {
    if (text.size() == 1 || (ascii(text) && text[0] != '\r' && (byte_at(text, 1) & 0x80U) == 0))
        return std::min<std::size_t>(text.size(), 1);
    std::size_t length = std::max<std::size_t>(sequence_length(text), 1);
    std::int32_t previous = code_point(text.substr(0, length));
    utf8proc_int32_t state = 0;
    while (length < text.size()) {
        const std::string_view rest = text.substr(length);
        const std::size_t next = std::max<std::size_t>(sequence_length(rest), 1);
        const std::int32_t point = code_point(rest.substr(0, next));
        if (utf8proc_grapheme_break_stateful(previous, point, &state) != 0)
            break;
        previous = point;
        length += next;
    }
    return length;
}

std::size_t count_characters(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); text.remove_prefix(character_length(text)))
        ++count;
    return count;
}

Position advanced(Position position, std::string_view text) {
    position.byte += text.size();
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        if (text[length - 1] == '\n') {
            ++position.line;
            position.column = 1;
        } else {
            ++position.column;
        }
        text.remove_prefix(length);
    }
    return position;
}

std::string_view trim_left(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        if (length == 0 || !is_space(code_point(text.substr(0, length))))
            break;
        text.remove_prefix(length);
    }
    return text;
}

std::string_view trim_right(std::string_view text) {
    while (!text.empty()) {
        std::size_t start = text.size() - 1;
        while (start > 0 && (byte_at(text, start) & 0xC0U) == 0x80)
            --start;
        if (!is_space(code_point(text.substr(start))))
            break;
        text = text.substr(0, start);
    }
    return text;
}

std::string suggestion(const std::string &given, const std::vector<std::string> &candidates) {
    constexpr std::size_t longest = 200; // longer names are not typing mistakes
    std::size_t nearest = 3;
    const std::string *best = nullptr;
    for (const std::string &candidate : candidates) {
        if (candidate.size() >= longest || given.size() >= longest)
            continue;
        const std::size_t changes = distance(given, candidate);
        if (changes >= nearest)
            continue;
        nearest = changes;
        best = &candidate;
    }
    return best == nullptr ? "" : fmt::format(" Did you mean \"{}\"?", *best);
}

} // namespace berth::hcl
