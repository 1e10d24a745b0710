// Docker contexts, read from their files: each is a builder with the `docker` driver, and an
// endpoint for builders of ours. No docker command is run.
#pragma once

#include "berth/util/environment.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace berth::store {

struct DockerContext {
    std::string name; // "default" is always there
    std::string host; // unix:///var/run/docker.sock, ssh://…, …; may be empty for "default"
    std::string description = {};
};

class DockerContexts {
  public:
    explicit DockerContexts(const Environment &environment);

    // By name, "default" first. A broken meta.json is left out.
    std::vector<DockerContext> list() const;
    std::optional<DockerContext> find(const std::string &name) const;
    // What docker commands use now: DOCKER_HOST's value when that is set, else DOCKER_CONTEXT, else
    // `currentContext` of config.json, else "default". It is the key of the store's `current`.
    std::string current_endpoint() const;

  private:
    std::filesystem::path config_;
    Environment environment_;
};

} // namespace berth::store
