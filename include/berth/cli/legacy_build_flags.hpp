// Flags of `docker build` from before BuildKit: taken, so that old scripts run, and without effect,
// as docker buildx takes them. They stand in no help.
#pragma once

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <vector>

namespace berth::cli {

class LegacyBuildFlags {
  public:
    void add_to(CLI::App &app);
    // For those of them that were given and matter: what to do instead.
    std::vector<std::string> warnings() const;

  private:
    // They outlive the parse: CLI11 keeps pointers to them.
    struct Values {
        std::vector<std::string> ignored, isolation, security_options;
        bool switched = false, squash = false;
        long long number = 0;
    };
    std::shared_ptr<Values> values_ = std::make_shared<Values>();
};

} // namespace berth::cli
