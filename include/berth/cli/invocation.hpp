// SPDX-License-Identifier: Apache-2.0
// How berth was called: directly, or by docker as a plugin (`docker berth …`, `docker buildx …`). A
// plugin gets all of docker's arguments: global flags first, then its name: `docker-buildx
// --context remote buildx ls`; facts from docker/cli, cli-plugins/.
#pragma once

#include "berth/util/environment.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::cli {

struct Invocation {
    std::string name = "berth";    // as the user types it: berth, docker-buildx, docker buildx
    std::string program = "berth"; // argv[0]
    bool plugin = false;
    bool as_buildx = false; // the program, or the link to it, is named docker-buildx or buildx
    std::vector<std::string> arguments = {}; // without the program and docker's own arguments
    // docker's flags as equivalent environment variables; std::nullopt: unset it, also for empty
    // ones.
    std::map<std::string, std::optional<std::string>> variables = {};
};

// Throws a usage error for a docker flag that cannot be passed on.
Invocation read_invocation(const std::vector<std::string> &argv, const Environment &environment);

// The answer to `docker-cli-plugin-metadata`, by which docker knows a plugin. `program` is argv[0].
std::string plugin_metadata(const std::string &program);
constexpr const char *metadata_word = "docker-cli-plugin-metadata";

} // namespace berth::cli
