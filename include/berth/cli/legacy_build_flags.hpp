// SPDX-License-Identifier: Apache-2.0
// Flags of `docker build` from before BuildKit, which no help shows. As with docker buildx, limits
// of resources mean `--resource`, and the others are accepted without effect.
#pragma once

#include "berth/args/command.hpp"

#include <memory>
#include <string>
#include <vector>

namespace berth::cli {

class LegacyBuildFlags {
  public:
    void add_to(args::Command &app);
    // For given flags that matter: what to use instead.
    std::vector<std::string> warnings() const;
    // KEY=VALUE each, as --resource takes them.
    const std::vector<std::string> &resources() const { return values_->resources; }

  private:
    // Shared, since the declared options keep pointers to them.
    struct Values {
        std::vector<std::string> resources, isolation, security_options;
        bool switched = false, squash = false;
    };
    std::shared_ptr<Values> values_ = std::make_shared<Values>();
};

} // namespace berth::cli
