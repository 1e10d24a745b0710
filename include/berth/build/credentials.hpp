// Registry credentials of docker's config.json, for builds that need them: looked up only when the
// builder asks for that registry.
#pragma once

#include "berth/process/runner.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace berth::build {

class Credentials {
  public:
    // `folder` is docker's configuration. One that is not there or broken has none.
    Credentials(process::Runner &runner, const std::filesystem::path &folder);

    bool any() const;
    // What docker's credential helpers print: {"ServerURL":…,"Username":…,"Secret":…}; an identity
    // token has the user name <token>. As docker does: the registry's helper of `credHelpers`, else
    // `credsStore`, else `auths` (https://docs.docker.com/reference/cli/docker/login/). Nothing
    // when there are none, or the helper fails.
    std::optional<std::string> find(const std::string &host) const;

  private:
    std::optional<std::string> ask_helper(const std::string &helper, const std::string &host) const;
    std::optional<std::string> from_auths(const std::string &host) const;

    process::Runner &runner_;
    nlohmann::json config_;
};

} // namespace berth::build
