// SPDX-License-Identifier: Apache-2.0
// builders.toml: several builders for `berth ensure -f`, each a table whose keys are create's
// flags.
#pragma once

#include "berth/cli/create_options.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace berth::cli {

// [builder.NAME] tables, by name. A key is the long name of a flag of `create`; its value is a
// text, a number, true, a list where the flag can be repeated, or for driver-opt and env a table.
// `endpoint` is create's argument. Paths are relative to the file. Throws a usage error that names
// the file, the builder and the key.
std::vector<CreateOptions> read_builders_file(const std::filesystem::path &file);

} // namespace berth::cli
