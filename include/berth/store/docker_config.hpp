// SPDX-License-Identifier: Apache-2.0
// Docker's config.json: credentials, proxies and the current context.
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

namespace berth::store {

struct DockerConfig {
    nlohmann::json values = nlohmann::json::object();
    // Why the file is unusable, in docker's words; empty if it is valid or missing.
    std::string problem = {};
};

// Like docker, berth warns about a file that it cannot read or parse, and continues without it: a
// caller with a terminal prints `problem`. An empty `directory` means no file.
DockerConfig read_docker_config(const std::filesystem::path &directory);

} // namespace berth::store
