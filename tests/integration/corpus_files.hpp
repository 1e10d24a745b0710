// SPDX-License-Identifier: Apache-2.0
// A directory's files as lines to compare.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace berth::test {

// A line for each thing below `folder`, by name: kind, mode, owner, links, size, digest of what is
// in it, and its time when it is older than a day (so one that a build fixed). An archive's entries
// follow it, a JSON file's values; what differs from build to build (times, references) is left out
// of those.
std::vector<std::string> files_below(const std::filesystem::path &folder);

} // namespace berth::test
