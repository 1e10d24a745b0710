// SPDX-License-Identifier: Apache-2.0
// Times in YAML, which Go's decoder reads as such unless they are quoted.
#pragma once

#include <optional>
#include <string>

namespace berth::bake {

// A date or time (2001-2-3, 2001-02-03T04:05:06.7+08:00, 2001-02-03 04:05:06) as Go prints it:
// "2001-02-03 00:00:00 +0000 UTC". Nothing for another text, and for a day that does not exist.
std::optional<std::string> go_time(const std::string &text);

} // namespace berth::bake
