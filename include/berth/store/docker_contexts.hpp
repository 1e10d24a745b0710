// SPDX-License-Identifier: Apache-2.0
// Docker contexts, read from their files: each is a builder with the `docker` driver, and an
// endpoint for berth's builders. Runs no docker command.
#pragma once

#include "berth/util/environment.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::store {

struct DockerContext {
    std::string name; // "default" always exists
    std::string host; // unix:///var/run/docker.sock, ssh://…, …
    std::string description = {};
};

// A complete host, by docker's rules for DOCKER_HOST: the default scheme is tcp, tcp's default port
// is 2375, its default host localhost; "" and "unix://" are unix:///var/run/docker.sock.
std::string normalize_host(std::string_view text);

// Whether docker accepts the text as a host: unix, tcp, npipe, fd and ssh, and tcp without a
// scheme, but not http and https.
bool is_host(std::string_view text);

class DockerContexts {
  public:
    explicit DockerContexts(const Environment &environment);

    // Sorted by name, "default" first. Skips a broken meta.json.
    std::vector<DockerContext> list() const;
    std::optional<DockerContext> find(const std::string &name) const;
    // Throws an Error if the context in use does not exist, or DOCKER_HOST is not a host, so that
    // docker commands would fail.
    void check_current() const;
    // The context that docker commands use now: "default" when DOCKER_HOST is set, else
    // DOCKER_CONTEXT, else `currentContext` of config.json, else "default". It may not exist.
    std::string current_name() const;
    // The same as an endpoint, and the key of the store's `current`: the context's name, except
    // "default" its host (DOCKER_HOST's value, else unix:///var/run/docker.sock).
    std::string current_endpoint() const;

  private:
    std::filesystem::path config_;
    Environment environment_;
};

} // namespace berth::store
