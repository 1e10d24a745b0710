// SPDX-License-Identifier: Apache-2.0
// Addresses of git repositories, as docker's commands take them for contexts.
#pragma once

#include <string>

namespace berth::history {

// http(s)://, git://, ssh://, git@HOST:…, github.com/…
bool is_remote_address(const std::string &text);
// Those of them that name a repository: https addresses end in .git.
bool is_git_address(const std::string &text);
// Without the branch and directory (`#main:dir`, `?ref=main`).
std::string repository_of(const std::string &address);
// With them in the form `#main:dir`.
std::string with_fragment(const std::string &address);

} // namespace berth::history
