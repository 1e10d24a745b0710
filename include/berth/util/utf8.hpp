// SPDX-License-Identifier: Apache-2.0
// UTF-8 as Go decodes it: an invalid byte is U+FFFD, one byte wide.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace berth {

inline constexpr char32_t replacement_character = 0xFFFD;

// The character at `at`, which is advanced past it.
inline char32_t decode_utf8(std::string_view text, std::size_t &at) {
    auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    char32_t first = byte(at++);
    if (first < 0x80)
        return first;
    std::size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    if (first < 0xC2 || first > 0xF4 || at + more > text.size())
        return replacement_character;
    char32_t value = first & (0x3Fu >> more);
    for (std::size_t i = 0; i < more; ++i) {
        if ((byte(at + i) & 0xC0u) != 0x80u)
            return replacement_character;
        value = value << 6 | (byte(at + i) & 0x3Fu);
    }
    constexpr char32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (value < least[more] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return replacement_character;
    at += more;
    return value;
}

// A code point up to U+10FFFF that is no surrogate.
inline void append_utf8(std::string &text, char32_t c) {
    auto put = [&](char32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | c >> 6);
        put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | c >> 12);
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3F));
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    }
}

} // namespace berth
