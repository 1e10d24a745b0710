// SPDX-License-Identifier: Apache-2.0
// The files that define targets: which ones, and their texts.
#pragma once

#include "berth/bake/compose.hpp"
#include "berth/util/environment.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace berth::bake {

// The names of --file, or else of BUILDX_BAKE_FILE (separated by ":", or by
// BUILDX_BAKE_PATH_SEPARATOR). Throws Error if a file of that variable does not exist.
std::vector<std::string> file_names(const std::vector<std::string> &given,
                                    const Environment &environment);

// The files of a remote definition: names with the prefix `cwd://` are local.
struct SortedNames {
    std::vector<std::string> local = {}, remote = {};
};
SortedNames sort_names(const std::vector<std::string> &names);

// The default names, compose.yaml … docker-bake.override.hcl, each overriding those before it.
std::vector<std::string> usual_file_names();

// `reading` is called before each file, and after it with its size: "reading NAME", or "reading
// from stdin"; it may be empty.
struct FileReader {
    std::function<std::string()> standard_input = {};
    std::function<void(const std::string &what, std::optional<std::size_t> size)> reading = {};
};

// Reads the files; without names, the existing ones of the default names. "-" is standard input;
// the prefix `cwd://` of a name is dropped. Throws Error if a file cannot be read or none exists.
std::vector<SourceFile> read_files(const std::vector<std::string> &names, const FileReader &reader);

// Throws that Error if the list is empty.
void check_found(const std::vector<SourceFile> &files);

// BUILDX_BAKE_FILE_RELATIVE_PATHS; throws Error if its value is not a bool.
bool relative_paths(const Environment &environment);

} // namespace berth::bake
