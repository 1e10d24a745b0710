// SPDX-License-Identifier: Apache-2.0
// See path_syntax.hpp.
#include "path_syntax.hpp"

#include "berth/util/utf8.hpp"

#include <algorithm>
#include <stdexcept>

namespace berth::context {
namespace {

// One character of a class: no bare `-` or `]`, perhaps escaped, and something must follow.
std::size_t pass_class_character(std::u32string_view text, std::size_t at) {
    if (at < text.size() && (text[at] == '-' || text[at] == ']'))
        malformed("a character is missing in [...]");
    if (at < text.size() && text[at] == '\\')
        ++at;
    if (at + 1 >= text.size())
        malformed("a [ has no ]");
    return at + 1;
}

std::size_t pass_class(std::u32string_view text, std::size_t at) {
    ++at;
    if (at < text.size() && text[at] == '^')
        ++at;
    for (bool first = true; first || text[at] != ']'; first = false) {
        at = pass_class_character(text, at);
        if (text[at] == '-')
            at = pass_class_character(text, at + 1);
    }
    return at + 1;
}

struct Class {
    const char *name;
    CharacterRanges ranges;
};

void append_complement(CharacterRanges &ranges, const CharacterRanges &of) {
    char32_t from = 0;
    for (auto [low, high] : of) {
        if (low > from)
            ranges.emplace_back(from, low - 1);
        from = high + 1;
    }
    ranges.emplace_back(from, last_character);
}

} // namespace

[[noreturn]] void malformed(const char *why) {
    throw std::invalid_argument(why);
}

std::u32string characters(std::string_view text) {
    std::u32string result;
    for (std::size_t at = 0; at < text.size();)
        result += decode_utf8(text, at);
    return result;
}

void check_syntax(std::u32string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '[') {
            at = pass_class(text, at);
        } else {
            if (text[at] == '\\' && ++at == text.size())
                malformed("a \\ at the end escapes nothing");
            ++at;
        }
    }
}

const CharacterRanges *find_class(std::u32string_view name) {
    static const Class classes[] = {
        {"d", {{'0', '9'}}},
        {"s", {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}}},
        {"w", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
        {"[:alnum:]", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
        {"[:alpha:]", {{'A', 'Z'}, {'a', 'z'}}},
        {"[:ascii:]", {{0, 0x7F}}},
        {"[:blank:]", {{'\t', '\t'}, {' ', ' '}}},
        {"[:cntrl:]", {{0, 0x1F}, {0x7F, 0x7F}}},
        {"[:digit:]", {{'0', '9'}}},
        {"[:graph:]", {{'!', '~'}}},
        {"[:lower:]", {{'a', 'z'}}},
        {"[:print:]", {{' ', '~'}}},
        {"[:punct:]", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
        {"[:space:]", {{'\t', '\r'}, {' ', ' '}}},
        {"[:upper:]", {{'A', 'Z'}}},
        {"[:word:]", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
        {"[:xdigit:]", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
    };
    for (const auto &entry : classes)
        if (std::equal(name.begin(), name.end(), entry.name,
                       entry.name + std::string_view(entry.name).size()))
            return &entry.ranges;
    return nullptr;
}

bool append_perl_class(CharacterRanges &ranges, char32_t letter) {
    if (letter != 'd' && letter != 's' && letter != 'w' && letter != 'D' && letter != 'S' &&
        letter != 'W')
        return false;
    char32_t small = letter | 0x20;
    const auto *of = find_class({&small, 1});
    if (small == letter)
        ranges.insert(ranges.end(), of->begin(), of->end());
    else
        append_complement(ranges, *of);
    return true;
}

} // namespace berth::context
