// SPDX-License-Identifier: Apache-2.0
// git information about a context that is a work tree, for provenance and, on request, labels.
// Follows docker buildx 0.29.1 (https://docs.docker.com/build/building/variables/, BUILDX_GIT_*).
#pragma once

#include "berth/job/options.hpp"
#include "berth/process/runner.hpp"
#include "berth/util/environment.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace berth::job {

struct GitInfo {
    // Attributes of the frontend: vcs:source, vcs:revision, vcs:localdir:NAME, label:….
    std::vector<std::pair<std::string, std::string>> options = {};
    std::string warning = {}; // a line, when git could not tell
};

struct GitQuestion {
    std::filesystem::path context;    // absolute
    std::filesystem::path dockerfile; // absolute
    // Directories that BuildKit reads, the context and the Dockerfile's among them.
    std::map<std::string, std::filesystem::path> folders = {};
};

// Information about the build context; none if it is not a directory of the client.
std::optional<GitQuestion> git_question(const BuildOptions &options);

// Runs git (two rounds of commands) only when there is a `.git` in the context or above it, so
// other contexts cost only a few lookups. User name and password of the remote's address are
// masked.
GitInfo read_git_info(process::Runner &runner, const GitQuestion &question,
                      const Environment &environment);

// `scheme://user:password@host/…` with `xxxxx` for user and password, as BuildKit masks them; other
// text as it is.
std::string mask_credentials(const std::string &address);

} // namespace berth::job
