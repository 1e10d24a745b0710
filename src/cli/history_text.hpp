// SPDX-License-Identifier: Apache-2.0
// Formats of values that the subcommands of `berth history` print.
#pragma once

#include "berth/util/units.hpp"

#include "buildkit/control.pb.h"

#include <chrono>
#include <string>

namespace berth::cli {

// "4.2s", "1m 30s"
std::string seconds_text(std::chrono::nanoseconds duration);
// RFC 3339, UTC
std::string time_text(const berth::well_known::Timestamp &time);
// In Go's form: 2026-01-31 12:00:00.5 +0100 CET
std::string go_time_text(Time time);
// A link that terminals can open.
std::string hyperlink(const std::string &url, const std::string &text);
// A repository's address without user and password.
std::string without_credentials(const std::string &address);

} // namespace berth::cli
