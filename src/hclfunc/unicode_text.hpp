// SPDX-License-Identifier: Apache-2.0
// Strings as Unicode text: code points, grapheme clusters, case, and Go's quoting in errors.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace berth::hclfunc {

struct CodePoint {
    char32_t value;   // U+FFFD if the first byte is not valid UTF-8
    std::size_t size; // bytes read: 1 for an invalid byte, 0 only for an empty text
};

CodePoint front(std::string_view text);
bool is_utf8(std::string_view text);

// Unicode's White_Space property.
bool is_space(char32_t value);
bool is_letter(char32_t value);
bool is_digit(char32_t value);

// Simple case mappings, code point by code point, as Go's strings package does.
std::string upper_text(std::string_view text);
std::string lower_text(std::string_view text);
// The first letter of each word becomes its title case.
std::string title_text(std::string_view text);
std::string_view trim_space(std::string_view text);
// Without the code points of `cutset` at both ends.
std::string_view trim_set(std::string_view text, std::string_view cutset);

// Extended grapheme clusters (UAX #29): the characters that a reader sees.
std::vector<std::string_view> clusters(std::string_view text);

// Go's strconv.Quote and, for one code point, QuoteRune.
std::string quoted(std::string_view text);
std::string quoted_rune(char32_t value);

} // namespace berth::hclfunc
