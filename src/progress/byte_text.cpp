// SPDX-License-Identifier: Apache-2.0
#include "byte_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace berth::progress {

std::string bytes_text(std::int64_t bytes) {
    auto size = static_cast<double>(bytes);
    if (std::abs(size) < 1000)
        return fmt::format("{}B", bytes);
    const char *unit = "kMGTPE";
    for (size /= 1000; std::abs(size) >= 1000 && unit[1] != '\0'; ++unit)
        size /= 1000;
    return fmt::format("{:.2f}{}B", size, *unit);
}

std::string amount_text(std::int64_t current, std::int64_t total) {
    if (total != 0)
        return bytes_text(current) + " / " + bytes_text(total);
    return current != 0 ? bytes_text(current) : std::string();
}

} // namespace berth::progress
