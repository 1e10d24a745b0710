// SPDX-License-Identifier: Apache-2.0
// Addresses of git repositories with the branch and directory that are meant:
// `https://host/repo.git#main:dir`, `git@host:repo.git?tag=v1`. Source of the forms:
// https://docs.docker.com/build/concepts/context/#git-repositories
#pragma once

#include <optional>
#include <string>

namespace berth::job {

struct GitReference {
    std::string remote = {};     // for git: without branch and directory
    std::string host = {};       // HOST[:PORT]
    std::string path = {};       // of the repository, starts with /
    bool ssh = false;            // fetched over SSH
    std::string ref = {};        // branch, tag or commit; empty: the default branch
    std::string directory = {};  // in the repository; empty: all of it
    std::string checksum = {};   // the commit that `ref` must be
    std::string file_times = {}; // `checkout` or `commit`; empty: BuildKit's default
    bool keep_git_directory = false, skip_submodules = false, fetch_by_commit = false;
    bool advice = false; // git's advice in the log; no address sets it
};

// Nothing for text that names no repository: https addresses of one end in `.git`. Throws Error for
// a query that cannot be read.
std::optional<GitReference> read_git_reference(const std::string &address);

// The address of `directory`, relative, within the directory that `address` names; an address that
// is no repository's stays as it is.
std::string address_within(const std::string &address, const std::string &directory);

} // namespace berth::job
