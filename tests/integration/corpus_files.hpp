// SPDX-License-Identifier: Apache-2.0
// A directory's files as lines to compare.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace berth::test {

// A line for each entry below `folder`, sorted by name: kind, mode, owner, links, size, digest of
// the content, and its time if older than a day (set by a build). The entries of an archive and the
// values of a JSON file follow, without those that differ between builds (times, references).
std::vector<std::string> files_below(const std::filesystem::path &folder);

} // namespace berth::test
