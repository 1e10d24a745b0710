// SPDX-License-Identifier: Apache-2.0
// The colours of steps on a terminal, with the changes of $BUILDKIT_COLORS.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace berth::progress {

// What stands between ESC [ and m: "34", "38;5;208".
struct Colours {
    std::string run = "34", cancel = "33", warning = "33", error = "31"; // blue, yellow, red
};

struct ChosenColours {
    Colours colours;
    std::vector<std::string> problems; // a sentence for each part that is left out
};

// `run=light-blue:error=255,0,0`: a name of BuildKit's (`default`, the eight of a terminal, each
// with `light-` too) or red, green and blue, of 0 to 255 each, which becomes the nearest colour of
// a terminal's 256. Keys: run, cancel, warning, error. A malformed part keeps its default.
ChosenColours choose_colours(std::string_view text);

} // namespace berth::progress
