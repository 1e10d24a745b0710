// SPDX-License-Identifier: Apache-2.0
// The colours of steps on a terminal, with the changes of $BUILDKIT_COLORS.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace berth::progress {

// The text between ESC [ and m: "34", "38;5;208".
struct Colours {
    std::string run = "34", cancel = "33", warning = "33", error = "31"; // blue, yellow, red
};

struct ChosenColours {
    Colours colours;
    std::vector<std::string> problems; // a sentence for each ignored part
};

// `run=light-blue:error=255,0,0`: a name of BuildKit's (`default`, or one of a terminal's eight
// colours, also with `light-`) or red, green and blue from 0 to 255, which become the nearest of a
// terminal's 256 colours. Keys: run, cancel, warning, error. A malformed part keeps its default.
ChosenColours choose_colours(std::string_view text);

} // namespace berth::progress
