// SPDX-License-Identifier: Apache-2.0
// Docker contexts, read from their files: each is a builder with the `docker` driver, and an
// endpoint for builders of ours. No docker command is run.
#pragma once

#include "berth/util/environment.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::store {

struct DockerContext {
    std::string name; // "default" is always there
    std::string host; // unix:///var/run/docker.sock, ssh://…, …
    std::string description = {};
};

// A host in full, as docker reads DOCKER_HOST: no scheme is tcp, tcp's default port is 2375, its
// default host localhost; "" and "unix://" are unix:///var/run/docker.sock.
std::string normalize_host(std::string_view text);

// Whether docker reads the text as a host: unix, tcp, npipe, fd and ssh, and tcp without a scheme.
// http and https are none.
bool is_host(std::string_view text);

class DockerContexts {
  public:
    explicit DockerContexts(const Environment &environment);

    // By name, "default" first. A broken meta.json is left out.
    std::vector<DockerContext> list() const;
    std::optional<DockerContext> find(const std::string &name) const;
    // Throws an Error when the context in use does not exist, or DOCKER_HOST is no host: docker
    // commands would fail.
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
