// SPDX-License-Identifier: Apache-2.0
// Converts platforms from users to the form of the store and of images.
#pragma once

#include "berth/store/builder_record.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::builder {

// "linux/arm64", "linux/arm/v7", and docker's short forms: only an architecture ("arm64", "x86_64")
// means linux, only a system ("darwin") means this machine's architecture. Names are normalized to
// Go's ("aarch64" is arm64, "armhf" arm/v7), and default variants (amd64/v1, arm64/v8) are dropped.
// "windows(10.0.17763)/amd64" has a version of the system, and features may follow it after `+`.
// "local" is this machine. Throws a usage error that names the text.
store::Platform parse_platform(std::string_view text);

// Normalizes names like parse_platform(). An empty system means linux.
store::Platform normal_platform(store::Platform platform);

// `--platform` values, each a comma-separated list; nothing without any.
std::optional<std::vector<store::Platform>> parse_platforms(const std::vector<std::string> &values);

// "linux/arm/v7", "windows(10.0.17763)/amd64": what parse_platform() reads.
std::string format_platform(const store::Platform &platform);

} // namespace berth::builder
