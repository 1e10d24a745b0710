// SPDX-License-Identifier: Apache-2.0
#include "berth/registry/client.hpp"
#include "berth/session/docker_credentials.hpp"

namespace berth::registry {

ClientOptions client_options(process::Runner &runner, const process::Cancellation &cancellation,
                             const Environment &environment, const std::filesystem::path &directory,
                             const std::map<std::string, std::string> &files) {
    return {.cancellation = cancellation,
            .environment = environment,
            .settings = read_settings(files),
            .credentials = session::docker_credentials(runner, directory, environment)};
}

} // namespace berth::registry
