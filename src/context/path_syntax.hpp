// SPDX-License-Identifier: Apache-2.0
// The syntax that patterns share with Go's filepath.Match and regexp.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::context {

using CharacterRanges = std::vector<std::pair<char32_t, char32_t>>;
inline constexpr char32_t last_character = 0x10FFFF;

// Throws std::invalid_argument.
[[noreturn]] void malformed(const char *why);

std::u32string characters(std::string_view utf8);

// Throws when filepath.Match would return ErrBadPattern: an open or empty [...], a `\` at the end.
void check_syntax(std::u32string_view pattern);

// Go's Perl classes (by their letter: d, s, w) and, inside [...], the POSIX ones (`[:alpha:]`);
// null for an unknown name.
const CharacterRanges *find_class(std::u32string_view name);

// Appends the ranges of `\d` and similar classes, where `letter` is the `d`. False for another
// letter.
bool append_perl_class(CharacterRanges &ranges, char32_t letter);

} // namespace berth::context
