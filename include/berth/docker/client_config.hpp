// SPDX-License-Identifier: Apache-2.0
// The docker CLI's own config.json, as far as it shapes the containers that `docker run` makes.
#pragma once

#include "berth/util/file.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace berth::docker {

// `docker run` and `docker create` put the proxies of config.json into a container's environment
// (https://docs.docker.com/engine/cli/proxy/); docker buildx, which asks the engine itself, does
// not.
class ClientConfig {
  public:
    // `folder` holds config.json; an empty path is one without.
    explicit ClientConfig(std::filesystem::path folder) : folder_(std::move(folder)) {}

    // A config.json that is not there or broken has none.
    bool has_proxies() const;

    // A folder of this process's own (0700) with the same configuration but for proxies and
    // credentials: whatever else is in `folder` (contexts, certificates) is linked to. It goes with
    // this object. Throws Error when it cannot be made.
    std::string make_without_proxies();

  private:
    std::filesystem::path folder_;
    std::optional<ScratchFolder> made_;
};

} // namespace berth::docker
