// SPDX-License-Identifier: Apache-2.0
// Text from outside made safe for a terminal, and its width there. Nothing that comes out can move
// the cursor, change the terminal's state or reorder what is around it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace berth::progress {

// How many cells a character takes: 0 (combining), 1 or 2 (East Asian wide, emoji). Independent of
// the locale.
int cell_width(char32_t character);

struct Clipped {
    std::string text;
    int width = 0;         // in cells
    std::size_t taken = 0; // bytes of the text that were used
};

// As much of `text` as fits into `cells`. Escape sequences (colours above all) are left out, a tab
// is a space, other control characters are \xNN, bytes that are no UTF-8 are U+FFFD.
Clipped clip_for_terminal(std::string_view text, int cells);
// All of it.
std::string safe_for_terminal(std::string_view text);

// All of it, in lines of at most `cells`, as a terminal wraps it.
std::vector<std::string> wrap_for_terminal(std::string_view text, int cells);

// The same of several lines, each without its carriage returns.
std::string lines_for_terminal(std::string_view text);

// What a terminal would show of a line in which carriage returns start over (progress bars): the
// part after the last one that has text behind it.
std::string_view after_carriage_returns(std::string_view line);

} // namespace berth::progress
