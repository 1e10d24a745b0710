// SPDX-License-Identifier: Apache-2.0
// BUILDX_BAKE_FILE_RELATIVE_PATHS: contexts are relative to the file that names them.
#pragma once

#include "berth/bake/target.hpp"

#include <optional>
#include <string>

namespace berth::bake {

// The directory of a local file; nothing for standard input and remote files.
std::optional<std::string> directory_of(const std::string &file);

// `path` below `base`, unless it is absolute, an address or another target.
std::string rebased(const std::string &base, const std::string &path);

// Rebases the contexts of all targets by Target::bases.
void rebase_contexts(Config &config);

// Sets the bases of named contexts of a target from a file in `base`.
void set_named_bases(Target &target, const std::string &base);

} // namespace berth::bake
