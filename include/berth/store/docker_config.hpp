// SPDX-License-Identifier: Apache-2.0
// Docker's config.json: credentials, proxies and the current context.
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

namespace berth::store {

struct DockerConfig {
    nlohmann::json values = nlohmann::json::object();
    // Why there are none, in docker's words; empty when the file is good or missing.
    std::string problem = {};
};

// Docker warns of a file that it cannot read or parse, and goes on without it. So does berth:
// the caller that has a terminal prints `problem`. An empty directory has no file.
DockerConfig read_docker_config(const std::filesystem::path &directory);

} // namespace berth::store
