// SPDX-License-Identifier: Apache-2.0
// A walk through a local directory for BuildKit: the requested parts, in the order and with the
// attributes of its own client (github.com/tonistiigi/fsutil).
#pragma once

#include "berth/context/ignore.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

namespace berth::context {

// The parts of a directory that BuildKit requests. Patterns have the syntax of moby/patternmatcher.
struct SourceFilter {
    std::vector<std::string> include = {}; // none: everything
    std::vector<std::string> exclude = {};
    // Also included: these paths (the last component of a directory may have wildcards), with every
    // symlink on the way and its target.
    std::vector<std::string> follow = {};
};

// One entry of a directory. Its strings are valid during the call.
struct SourceEntry {
    std::string_view path; // relative, with slashes, any bytes but NUL
    struct stat status = {};
    std::string_view link_target = {}; // of a symlink
    std::string_view first_name = {};  // of another name of a file that was already listed
    std::map<std::string, std::string> xattrs = {};
};

std::int64_t modified_ns(const struct stat &status); // since 1970
std::int64_t changed_ns(const struct stat &status);

// Calls `take` for each entry that the filter includes, sorted by compare_paths(), after its
// parents. Opens only directories, never follows a symlink, and skips entries that vanish
// meanwhile. Throws Error naming an included directory that cannot be read, or a malformed pattern.
// Passes on exceptions of `take`.
void walk_source(const std::filesystem::path &root, const SourceFilter &filter,
                 const std::function<void(const SourceEntry &)> &take);

// SourceFilter::follow, resolved inside `root`: the paths to include, sorted, none below another.
// Empty if `root` itself is one of them. Throws Error if a directory or symlink on the way cannot
// be read.
std::vector<std::string> follow_links(const std::filesystem::path &root,
                                      const std::vector<std::string> &paths);

} // namespace berth::context
