// SPDX-License-Identifier: Apache-2.0
// Sizes and times in docker's format.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

// Nanoseconds since 1970, UTC.
using Time = std::chrono::sys_time<std::chrono::nanoseconds>;

// RAMInBytes of docker/go-units: "512", "512m", "1.5GiB", "64 kb" (1024-based, case-insensitive) to
// bytes; the number is anything that parse_float() takes and not negative. Nothing for any other
// text, and for more bytes than fit.
std::optional<std::int64_t> parse_bytes(std::string_view text);

// HumanSize of docker/go-units with BuildKit's precision: 0B, 98B, 1.07MB (1000-based, up to four
// digits), as in `transferring context: 1.07MB`.
std::string format_decimal_bytes(double bytes);
// HumanSize as `docker buildx du` shows it: the same with four digits, 77.82kB.
std::string format_human_size(double bytes);
// BytesSize: 488.3MiB, 9.313GiB (1024-based, four digits), as in `Max Used Space: 488.3MiB`.
std::string format_binary_bytes(double bytes);

// RFC 3339 with up to nine digits of fraction and Z or an offset ("2026-11-24T01:35:27.471Z").
std::optional<Time> parse_rfc3339(std::string_view text);
// RFC 3339 in UTC; with a nonzero fraction, without trailing zeros.
std::string format_rfc3339(Time time);

// Go's time.Duration: "1m30s", "0.5s", "48h0m0s", as in GC policies and --timeout.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);
std::string format_duration(std::chrono::nanoseconds duration);
// HumanDuration of docker/go-units: "Less than a second", "About an hour", "3 weeks".
std::string format_human_duration(std::chrono::nanoseconds duration);

} // namespace berth
