// SPDX-License-Identifier: Apache-2.0
// Compose files: services with a build section become targets. Source of the rules: the Compose
// specification, and compose-go where it is silent.
#pragma once

#include "berth/bake/target.hpp"
#include "berth/util/environment.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::bake {

struct SourceFile {
    std::string name = {};
    std::string text = {};
};

// Values for `$NAME`: the environment, then `.env` in the working directory, overridden by
// `variables`
// --var) over both. Throws Error if `.env` cannot be read.
std::map<std::string, std::string>
compose_environment(const Environment &environment,
                    const std::map<std::string, std::string> &variables);

struct ComposeResult {
    Config config = {};
    std::vector<std::string> warnings = {}; // unset variables
};

// Reads the files as one project, in which later files override earlier ones. Throws Error.
ComposeResult read_compose(const std::vector<SourceFile> &files,
                           const std::map<std::string, std::string> &environment);

// Why the file alone is not a Compose file; nothing if it is one.
std::optional<std::string> compose_problem(const SourceFile &file,
                                           const std::map<std::string, std::string> &environment,
                                           std::vector<std::string> &warnings);

// KEY=VALUE lines of `.env` files: quotes, comments, `export`, `$NAME` of `lookup` and earlier
// lines. Throws Error with the number of a bad line.
std::map<std::string, std::string> read_env_file(const std::string &text,
                                                 const std::map<std::string, std::string> &lookup);

} // namespace berth::bake
