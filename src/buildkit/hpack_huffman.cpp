// SPDX-License-Identifier: Apache-2.0
#include "hpack_huffman.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

namespace berth::buildkit {
namespace {

constexpr unsigned longest_code = 30;
constexpr unsigned longest_padding = 7;

// The length of each byte's code in bits, which determines the canonical code.
constexpr std::array<std::uint8_t, 256> code_lengths = {
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, //
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28, //
    6,  10, 10, 12, 13, 6,  8,  11, 10, 10, 8,  11, 8,  6,  6,  6,  //
    5,  5,  5,  6,  6,  6,  6,  6,  6,  6,  7,  8,  15, 6,  12, 10, //
    13, 6,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  //
    7,  7,  7,  7,  7,  7,  7,  7,  8,  7,  8,  13, 19, 13, 14, 6,  //
    15, 5,  6,  5,  6,  5,  6,  6,  6,  5,  7,  7,  6,  6,  6,  5,  //
    6,  7,  6,  5,  5,  6,  7,  7,  7,  7,  7,  15, 11, 14, 13, 28, //
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, //
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, //
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, //
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, //
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, //
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, //
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, //
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, //
};

// The codes of one length are consecutive numbers, for bytes in order.
struct Codes {
    std::array<std::uint32_t, longest_code + 1> first{}, count{}, at{}; // by length
    std::array<std::uint8_t, 256> bytes{}; // by length, then by value; `at` has the start
};

Codes make_codes() {
    Codes codes;
    std::iota(codes.bytes.begin(), codes.bytes.end(), std::uint8_t(0));
    std::stable_sort(codes.bytes.begin(), codes.bytes.end(), [](auto left, auto right) {
        return code_lengths[left] < code_lengths[right];
    });
    for (auto length : code_lengths)
        ++codes.count[length];
    for (unsigned length = 1; length <= longest_code; ++length) {
        codes.first[length] = (codes.first[length - 1] + codes.count[length - 1]) << 1;
        codes.at[length] = codes.at[length - 1] + codes.count[length - 1];
    }
    return codes;
}

} // namespace

std::optional<std::string> decode_huffman(std::string_view bytes) {
    static const Codes codes = make_codes();
    std::string text;
    text.reserve(bytes.size() * 8 / 5);
    std::uint32_t code = 0;
    unsigned length = 0;
    for (auto byte : bytes)
        for (int bit = 7; bit >= 0; --bit) {
            code = code << 1 | (static_cast<unsigned char>(byte) >> bit & 1U);
            if (++length > longest_code)
                return std::nullopt;
            auto offset = code - codes.first[length];
            if (code < codes.first[length] || offset >= codes.count[length])
                continue;
            text += static_cast<char>(codes.bytes[codes.at[length] + offset]);
            code = length = 0;
        }
    bool padding = length <= longest_padding && code == (1U << length) - 1;
    return padding ? std::optional(std::move(text)) : std::nullopt;
}

} // namespace berth::buildkit
