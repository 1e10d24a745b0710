// SPDX-License-Identifier: Apache-2.0
// Times in BuildKit's form.
#pragma once

#include "berth/util/units.hpp"

#include <cstdint>
#include <cstdlib>
#include <optional>

namespace berth::buildkit {

// A google.protobuf.Timestamp. Nothing for Go's zero time, and for times outside the range of Time.
template<class Timestamp>
std::optional<Time> read_time(const Timestamp &time) {
    constexpr std::int64_t zero_time = -62135596800, furthest = INT64_MAX / 1'000'000'000 - 1;
    if (time.seconds() <= zero_time || std::abs(time.seconds()) > furthest)
        return std::nullopt;
    return Time(std::chrono::seconds(time.seconds()) + std::chrono::nanoseconds(time.nanos()));
}

} // namespace berth::buildkit
