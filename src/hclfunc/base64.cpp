// SPDX-License-Identifier: Apache-2.0
#include "base64.hpp"

namespace berth::hclfunc {

namespace {

std::optional<unsigned> base64_digit(char c) {
    static constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    auto at = digits.find(c);
    return at == std::string_view::npos ? std::nullopt : std::optional(static_cast<unsigned>(at));
}

} // namespace

std::optional<std::string> strict_base64_decode(std::string_view text) {
    std::string bytes;
    unsigned bits = 0;
    std::size_t digits = 0;
    std::size_t padding = 0;
    for (char c : text) {
        if (c == '\n' || c == '\r')
            continue;
        if (c == '=') {
            ++padding;
            continue;
        }
        auto digit = base64_digit(c);
        if (!digit || padding > 0)
            return std::nullopt;
        bits = bits << 6 | *digit;
        if (++digits % 4 != 1)
            bytes += static_cast<char>(bits >> (6 - 2 * ((digits + 3) % 4)) & 255);
    }
    if ((digits + padding) % 4 != 0 || padding > 2 || digits % 4 == 1)
        return std::nullopt;
    return bytes;
}

} // namespace berth::hclfunc
