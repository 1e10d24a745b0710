// SPDX-License-Identifier: Apache-2.0
// A walk through a local directory for BuildKit: the parts it asks for, in the order and with the
// attributes that its own client (github.com/tonistiigi/fsutil) sends.
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
    // symlink on the way and what it leads to.
    std::vector<std::string> follow = {};
};

// One file, directory or other thing. Its strings are valid during the call.
struct SourceEntry {
    std::string_view path; // relative, with slashes, any bytes but NUL
    struct stat status = {};
    std::string_view link_target = {}; // of a symlink
    std::string_view first_name = {};  // of a further name of a file that was listed before
    std::map<std::string, std::string> xattrs = {};
};

std::int64_t modified_ns(const struct stat &status); // since 1970
std::int64_t changed_ns(const struct stat &status);

// Calls `take` for each thing that the filter lets through, sorted by compare_paths(); the parents
// of what is included come before it. Opens directories only, never follows a symlink, and leaves
// out what vanishes meanwhile. Throws Error naming a directory that is included and cannot be read,
// or a malformed pattern; what `take` throws comes out.
void walk_source(const std::filesystem::path &root, const SourceFilter &filter,
                 const std::function<void(const SourceEntry &)> &take);

// SourceFilter::follow, resolved inside `root`: the paths to include, sorted, none below another.
// Nothing is returned where `root` itself is one of them. Throws Error when a directory or symlink
// on the way cannot be read.
std::vector<std::string> follow_links(const std::filesystem::path &root,
                                      const std::vector<std::string> &paths);

} // namespace berth::context
