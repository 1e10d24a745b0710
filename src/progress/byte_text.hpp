// SPDX-License-Identifier: Apache-2.0
// Amounts of bytes as progress shows them: "98B", "1.07MB" (1000-based; two decimals from 1 kB on).
#pragma once

#include <cstdint>
#include <string>

namespace berth::progress {

std::string bytes_text(std::int64_t bytes);
// "1.07MB / 2.00MB"; "1.07MB" if the total is unknown (0); empty if both are 0.
std::string amount_text(std::int64_t current, std::int64_t total);

} // namespace berth::progress
