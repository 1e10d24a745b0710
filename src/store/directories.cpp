// SPDX-License-Identifier: Apache-2.0
// The directories of the store and of docker's configuration.
#include "berth/store/store.hpp"
#include "berth/util/error.hpp"

namespace berth::store {

std::filesystem::path docker_config_directory(const Environment &environment) {
    if (auto directory = environment.get("DOCKER_CONFIG"); !directory.empty())
        return directory;
    auto home = environment.get("HOME");
    if (home.empty())
        throw Error("HOME is not set, so the docker configuration cannot be found",
                    ExitCode::failure, "set HOME, or set DOCKER_CONFIG to a directory");
    return std::filesystem::path(home) / ".docker";
}

std::filesystem::path default_directory(const Environment &environment) {
    if (auto directory = environment.get("BUILDX_CONFIG"); !directory.empty())
        return directory;
    return docker_config_directory(environment) / "buildx";
}

} // namespace berth::store
