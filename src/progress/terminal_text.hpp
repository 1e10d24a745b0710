// SPDX-License-Identifier: Apache-2.0
// Makes text from outside safe for a terminal, and measures its width. The result cannot move the
// cursor, change the state of the terminal or reorder the surrounding text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace berth::progress {

// The width of a character in cells: 0 (combining), 1 or 2 (East Asian wide, emoji). Independent of
// the locale.
int cell_width(char32_t character);

struct Clipped {
    std::string text;
    int width = 0;         // in cells
    std::size_t taken = 0; // bytes of the text
};

// The beginning of `text` that fits into `cells`. Removes escape sequences (mainly colours); a tab
// becomes a space, other control characters \xNN, invalid UTF-8 U+FFFD.
Clipped clip_for_terminal(std::string_view text, int cells);
// The whole text.
std::string safe_for_terminal(std::string_view text);

// The whole text, wrapped into lines of at most `cells` like on a terminal.
std::vector<std::string> wrap_for_terminal(std::string_view text, int cells);

// safe_for_terminal() of several lines, without carriage returns.
std::string lines_for_terminal(std::string_view text);

// The visible part of a line that carriage returns restart (progress bars): the text after the last
// one that any text follows.
std::string_view after_carriage_returns(std::string_view line);

} // namespace berth::progress
