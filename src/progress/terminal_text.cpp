// SPDX-License-Identifier: Apache-2.0
#include "terminal_text.hpp"

#include <climits>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace berth::progress {

namespace {

struct Range {
    char32_t first, last;
};

template<std::size_t count>
bool contains(const Range (&ranges)[count], char32_t character) {
    auto found =
        std::upper_bound(std::begin(ranges), std::end(ranges), character,
                         [](char32_t value, const Range &range) { return value < range.first; });
    return found != std::begin(ranges) && character <= std::prev(found)->last;
}

// The blocks of Unicode 15 that are combining marks or have no width; complex scripts are left to
// the terminal.
constexpr Range zero_width[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489},   {0x0591, 0x05bd},   {0x0610, 0x061a}, {0x064b, 0x065f},
    {0x0900, 0x0902}, {0x0941, 0x0948},   {0x0e31, 0x0e31},   {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e},
    {0x1160, 0x11ff}, {0x1ab0, 0x1aff},   {0x1dc0, 0x1dff},   {0x200b, 0x200d}, {0x2060, 0x2064},
    {0x20d0, 0x20f0}, {0x302a, 0x302d},   {0x3099, 0x309a},   {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
    {0xfeff, 0xfeff}, {0x1f3fb, 0x1f3ff}, {0xe0100, 0xe01ef},
};

// East Asian Width W and F.
constexpr Range wide[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
    {0x23f0, 0x23f0},   {0x23f3, 0x23f3},   {0x25fd, 0x25fe},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x267f, 0x267f},   {0x2693, 0x2693},   {0x26a1, 0x26a1},
    {0x26aa, 0x26ab},   {0x26bd, 0x26be},   {0x26c4, 0x26c5},   {0x26ce, 0x26ce},
    {0x26d4, 0x26d4},   {0x26ea, 0x26ea},   {0x26f2, 0x26f3},   {0x26f5, 0x26f5},
    {0x26fa, 0x26fa},   {0x26fd, 0x26fd},   {0x2705, 0x2705},   {0x270a, 0x270b},
    {0x2728, 0x2728},   {0x274c, 0x274c},   {0x274e, 0x274e},   {0x2753, 0x2755},
    {0x2757, 0x2757},   {0x2795, 0x2797},   {0x27b0, 0x27b0},   {0x27bf, 0x27bf},
    {0x2b1b, 0x2b1c},   {0x2b50, 0x2b50},   {0x2b55, 0x2b55},   {0x2e80, 0x303e},
    {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0xa4cf},   {0xa960, 0xa97c},
    {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe10, 0xfe19},   {0xfe30, 0xfe6f},
    {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x18cff}, {0x1aff0, 0x1b2ff},
    {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf}, {0x1f18e, 0x1f18e}, {0x1f191, 0x1f19a},
    {0x1f200, 0x1f320}, {0x1f32d, 0x1f335}, {0x1f337, 0x1f37c}, {0x1f37e, 0x1f393},
    {0x1f3a0, 0x1f3ca}, {0x1f3cf, 0x1f3d3}, {0x1f3e0, 0x1f3f0}, {0x1f3f4, 0x1f3f4},
    {0x1f3f8, 0x1f43e}, {0x1f440, 0x1f440}, {0x1f442, 0x1f4fc}, {0x1f4ff, 0x1f53d},
    {0x1f54b, 0x1f54e}, {0x1f550, 0x1f567}, {0x1f57a, 0x1f57a}, {0x1f595, 0x1f596},
    {0x1f5a4, 0x1f5a4}, {0x1f5fb, 0x1f64f}, {0x1f680, 0x1f6c5}, {0x1f6cc, 0x1f6cc},
    {0x1f6d0, 0x1f6d2}, {0x1f6d5, 0x1f6d7}, {0x1f6dc, 0x1f6df}, {0x1f6eb, 0x1f6ec},
    {0x1f6f4, 0x1f6fc}, {0x1f7e0, 0x1f7eb}, {0x1f7f0, 0x1f7f0}, {0x1f90c, 0x1f93a},
    {0x1f93c, 0x1f945}, {0x1f947, 0x1f9ff}, {0x1fa70, 0x1faff}, {0x20000, 0x3fffd},
};

// These characters change the direction of all following text.
constexpr Range directional[] = {
    {0x061c, 0x061c}, {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069}};

constexpr char32_t replacement = 0xfffd;

// The character at `at`, which is advanced past it.
char32_t take_character(std::string_view text, std::size_t &at) {
    auto lead = static_cast<unsigned char>(text[at++]);
    if (lead < 0x80)
        return lead;
    int more = lead >= 0xf0 && lead < 0xf5   ? 3
               : lead >= 0xe0 && lead < 0xf0 ? 2
               : lead >= 0xc2 && lead < 0xe0 ? 1
                                             : 0;
    if (more == 0)
        return replacement;
    char32_t character = lead & (0x3f >> more);
    auto next = at;
    for (int i = 0; i < more; ++i, ++next) {
        if (next >= text.size() || (static_cast<unsigned char>(text[next]) & 0xc0) != 0x80)
            return replacement;
        character = character << 6 | (static_cast<unsigned char>(text[next]) & 0x3f);
    }
    constexpr char32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (character < least[more] || character > 0x10ffff ||
        (character >= 0xd800 && character < 0xe000))
        return replacement;
    at = next;
    return character;
}

// `at` is after an ESC: advances it past the sequence (ECMA-48), if it is one.
void skip_escape(std::string_view text, std::size_t &at) {
    auto in = [&](unsigned char first, unsigned char last) {
        return at < text.size() && static_cast<unsigned char>(text[at]) >= first &&
               static_cast<unsigned char>(text[at]) <= last;
    };
    if (at >= text.size())
        return;
    if (text[at] == '[') { // CSI: parameters, intermediates, one final byte
        for (++at; in(0x20, 0x3f); ++at) {
        }
        if (in(0x40, 0x7e))
            ++at;
    } else if (std::string_view("]P_^X").find(text[at]) != std::string_view::npos) {
        // OSC and other strings: up to BEL or ESC \.
        for (++at; at < text.size(); ++at) {
            if (text[at] == '\a') {
                ++at;
                return;
            }
            if (text[at] == '\x1b') {
                at += at + 1 < text.size() && text[at + 1] == '\\' ? 2 : 0;
                return;
            }
        }
    } else {
        while (in(0x20, 0x2f)) // as in ESC ( B
            ++at;
        if (in(0x30, 0x7e))
            ++at;
    }
}

} // namespace

int cell_width(char32_t character) {
    if (character < 0x300)
        return 1;
    if (contains(zero_width, character))
        return 0;
    return contains(wide, character) ? 2 : 1;
}

Clipped clip_for_terminal(std::string_view text, int cells) {
    Clipped result;
    for (std::size_t at = 0; at < text.size();) {
        auto start = at;
        auto character = take_character(text, at);
        if (character == 0x1b) {
            skip_escape(text, at);
            result.taken = at;
            continue;
        }
        std::string shown(text.substr(start, at - start));
        int width = 1;
        if (character == '\t') {
            shown = " ";
        } else if (character < 0x20 || (character >= 0x7f && character < 0xa0)) {
            shown = fmt::format("\\x{:02x}", static_cast<unsigned>(character));
            width = static_cast<int>(shown.size());
        } else if (character == replacement || contains(directional, character)) {
            shown = "\uFFFD";
        } else {
            width = cell_width(character);
        }
        if (result.width + width > cells)
            break;
        result.text += shown;
        result.width += width;
        result.taken = at;
    }
    return result;
}

std::string safe_for_terminal(std::string_view text) {
    return clip_for_terminal(text, INT_MAX).text;
}

std::vector<std::string> wrap_for_terminal(std::string_view text, int cells) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        auto line = clip_for_terminal(text, cells);
        if (line.taken == 0) // narrower than a character
            break;
        lines.push_back(std::move(line.text));
        text.remove_prefix(line.taken);
    }
    return lines;
}

std::string lines_for_terminal(std::string_view text) {
    std::string shown;
    while (!text.empty()) {
        auto end = std::min(text.find('\n'), text.size());
        auto line = std::string(text.substr(0, end));
        line.erase(std::remove(line.begin(), line.end(), '\r'), line.end());
        shown += safe_for_terminal(line);
        if (end < text.size())
            shown += '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return shown;
}

std::string_view after_carriage_returns(std::string_view line) {
    auto end = line.find_last_not_of('\r');
    line = line.substr(0, end == line.npos ? 0 : end + 1);
    auto start = line.rfind('\r');
    return start == line.npos ? line : line.substr(start + 1);
}

} // namespace berth::progress
