// SPDX-License-Identifier: Apache-2.0
// The parts of the docker CLI's config.json that affect containers of `docker run`.
#pragma once

#include "berth/util/file.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace berth::docker {

// `docker run` and `docker create` put the proxies of config.json into a container's environment
// (https://docs.docker.com/engine/cli/proxy/); docker buildx, which calls the engine's API, does
// not.
class ClientConfig {
  public:
    // `directory` contains config.json; an empty path means none.
    explicit ClientConfig(std::filesystem::path directory) : directory_(std::move(directory)) {}

    // A missing or broken config.json has none.
    bool has_proxies() const;

    // A directory of this process's own (0700) with the same configuration except proxies and
    // credentials: everything else in `directory` (contexts, certificates) is linked. It is removed
    // with this object. Throws Error if it cannot be created.
    std::string make_without_proxies();

  private:
    std::filesystem::path directory_;
    std::optional<ScratchFolder> made_;
};

} // namespace berth::docker
