// SPDX-License-Identifier: Apache-2.0
// The bytes of one run, taken apart.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth::fuzz {

inline std::string_view bytes(const std::uint8_t *data, std::size_t size) {
    return {reinterpret_cast<const char *>(data), size};
}

// Pieces of at most 255 bytes: each has its size before it.
inline std::vector<std::string> pieces(std::string_view input) {
    std::vector<std::string> result;
    while (!input.empty()) {
        auto size =
            std::min<std::size_t>(static_cast<std::uint8_t>(input.front()), input.size() - 1);
        result.emplace_back(input.substr(1, size));
        input.remove_prefix(1 + size);
    }
    return result;
}

} // namespace berth::fuzz
