// SPDX-License-Identifier: Apache-2.0
// Addresses of git repositories, as docker accepts them for contexts.
#pragma once

#include <string>

namespace berth::history {

// Addresses of repositories: https addresses end in .git.
bool is_git_address(const std::string &text);
// Without the branch and directory (`#main:dir`, `?ref=main`).
std::string repository_of(const std::string &address);
// With branch and directory in the form `#main:dir`.
std::string with_fragment(const std::string &address);

} // namespace berth::history
