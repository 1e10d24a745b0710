// SPDX-License-Identifier: Apache-2.0
// The files that define targets: which ones, and their texts.
#pragma once

#include "berth/bake/compose.hpp"
#include "berth/util/environment.hpp"

#include <functional>
#include <string>
#include <vector>

namespace berth::bake {

// The names of --file, or of BUILDX_BAKE_FILE when there are none (separated by ":" or what
// BUILDX_BAKE_PATH_SEPARATOR says). Throws Error for a file of that variable that does not exist.
std::vector<std::string> file_names(const std::vector<std::string> &given,
                                    const Environment &environment);

// Names as of a remote definition: those with `cwd://` in front are of this machine.
struct SortedNames {
    std::vector<std::string> local = {}, remote = {};
};
SortedNames sort_names(const std::vector<std::string> &names);

// compose.yaml … docker-bake.override.hcl, in the order in which they override each other.
std::vector<std::string> usual_file_names();

// Reads them; without names, those of the usual names that exist, in the order in which they
// override each other. "-" is standard input; `cwd://` in front of a name is dropped. Throws Error
// when a file cannot be read and when there is none.
std::vector<SourceFile> read_files(const std::vector<std::string> &names,
                                   const std::function<std::string()> &standard_input);

// Throws that Error when there is none.
void check_found(const std::vector<SourceFile> &files);

// BUILDX_BAKE_FILE_RELATIVE_PATHS; Error when its value is no bool.
bool relative_paths(const Environment &environment);

} // namespace berth::bake
