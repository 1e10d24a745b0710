// SPDX-License-Identifier: Apache-2.0
// The version of berth as text. Programs that call docker buildx read a version from `docker buildx
// version` and leave out the flags that this version lacks, so berth reports the docker buildx
// release that it covers, with its own version as build metadata
// (https://semver.org/#spec-item-10).
#pragma once

#include <string>
#include <string_view>

namespace berth::cli {

// v0.38.2+berth.1.2.3
std::string compatible_version();
// 12 digits, followed by "-changed" if the sources differ from that commit.
std::string short_commit();
// The line of `berth version`, or, with `as_buildx`, of `docker buildx version`.
std::string version_line(bool as_buildx);

} // namespace berth::cli
