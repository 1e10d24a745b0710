// SPDX-License-Identifier: Apache-2.0
// How berth was called: by itself, or by docker as its plugin (`docker berth …`, `docker buildx
// …`). A plugin is started with all of docker's own words, global flags first and its name behind
// them: `docker-buildx --context remote buildx ls`; facts from docker/cli, cli-plugins/.
#pragma once

#include "berth/util/environment.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::cli {

struct Invocation {
    std::string name = "berth";    // what a user types for it: berth, docker-buildx, docker buildx
    std::string program = "berth"; // argv[0]
    bool plugin = false;
    bool as_buildx = false; // the program, or the link to it, is named docker-buildx or buildx
    std::vector<std::string> arguments = {}; // without the program and what is docker's
    // Docker's flags as the variables that say the same to docker commands; nothing: unset it, as
    // those that are empty.
    std::map<std::string, std::optional<std::string>> variables = {};
};

// Throws a usage error for a flag of docker's that cannot be handed on.
Invocation read_invocation(const std::vector<std::string> &argv, const Environment &environment);

// The answer to `docker-cli-plugin-metadata`, by which docker knows a plugin. `program` is argv[0].
std::string plugin_metadata(const std::string &program);
constexpr const char *metadata_word = "docker-cli-plugin-metadata";

} // namespace berth::cli
