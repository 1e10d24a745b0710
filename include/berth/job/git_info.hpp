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
    std::string warning = {}; // a line, if git failed
};

struct GitQuestion {
    std::filesystem::path context;    // absolute
    std::filesystem::path dockerfile; // absolute
    // Directories that BuildKit reads, including those of the context and the Dockerfile.
    std::map<std::string, std::filesystem::path> folders = {};
};

// git's information about a work tree.
struct GitTree {
    std::filesystem::path root = {}; // empty: nothing is known
    std::string revision = {}, source = {};
    std::string warning = {}; // see GitInfo
};

// The question about the context of a build; nothing if it is not a local directory.
std::optional<GitQuestion> git_question(const BuildOptions &options);

// The parent of `directory` (absolute) that contains `.git`, found by a few look-ups. Nothing
// without one, or if BUILDX_GIT_* disables it. With $GIT_DIR it is `directory`.
std::optional<std::filesystem::path> find_work_tree(const std::filesystem::path &directory,
                                                    const Environment &environment);

// Runs git in `directory` (two rounds of commands). User name and password of the remote's address
// are masked.
GitTree read_git_tree(process::Runner &runner, const std::filesystem::path &directory,
                      const Environment &environment);

// The git information of a build about its work tree.
GitInfo git_info(const GitTree &tree, const GitQuestion &question, const Environment &environment);

// `scheme://user:password@host/…` with `xxxxx` for user and password, as BuildKit masks them; other
// text unchanged.
std::string mask_credentials(const std::string &address);

} // namespace berth::job
