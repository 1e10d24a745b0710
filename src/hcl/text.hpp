// SPDX-License-Identifier: Apache-2.0
// Characters of a source text.
#pragma once

#include "berth/hcl/diagnostic.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace berth::hcl {

// The length of the UTF-8 sequence that `text` starts with, by its first bytes only; 0 if it is
// invalid.
std::size_t sequence_length(std::string_view text);
// The code point of such a sequence; U+FFFD if it is invalid (overlong, a surrogate).
std::int32_t code_point(std::string_view sequence);
std::string utf8(std::int32_t code_point); // "" if UTF-8 cannot encode it

// The length of the identifier that `text` starts with, or 0: Unicode's ID_Start or `_`, then
// ID_Continue or `-`.
std::size_t identifier_length(std::string_view text);

// The length of the first character as readers see it (a grapheme cluster).
std::size_t character_length(std::string_view text);
std::size_t count_characters(std::string_view text);

// `position` advanced past `text`. A line ends with \n or \r\n.
Position advanced(Position position, std::string_view text);

std::string_view trim_left(std::string_view text); // Unicode's spaces
std::string_view trim_right(std::string_view text);

// " Did you mean "x"?" for the most similar candidate, or "" if none is similar.
std::string suggestion(const std::string &given, const std::vector<std::string> &candidates);

} // namespace berth::hcl
