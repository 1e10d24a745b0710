// SPDX-License-Identifier: Apache-2.0
// Converts BuildKit's times for system calls.
#pragma once

#include <cstdint>
#include <ctime>

namespace berth::session {

inline timespec to_timespec(std::int64_t nanoseconds) {
    constexpr std::int64_t second = 1'000'000'000;
    auto rest = (nanoseconds % second + second) % second; // also before 1970
    return {static_cast<time_t>((nanoseconds - rest) / second), static_cast<long>(rest)};
}

} // namespace berth::session
