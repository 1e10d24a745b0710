// SPDX-License-Identifier: Apache-2.0
// Registry credentials of DOCKER_AUTH_CONFIG and docker's config.json, looked up like the docker
// CLI.
#pragma once

#include "berth/process/runner.hpp"
#include "berth/session/credential.hpp"
#include "berth/util/environment.hpp"

#include <filesystem>
#include <string>

namespace berth::session {

// A lookup in DOCKER_AUTH_CONFIG (store/auth_variable.hpp), else in DIRECTORY/config.json; both are
// read once, now. In the file: the registry's helper of `credHelpers`, else `credsStore`, else
// `auths` (https://docs.docker.com/reference/cli/docker/login/). Docker Hub goes by its old address
// there, and dhi.io and registry.scout.docker.com fall back to it, as with docker buildx. A missing
// or broken file has no credentials. The lookup throws Error naming a helper that fails, except one
// that has no credentials. `runner` must outlive it.
CredentialLookup docker_credentials(process::Runner &runner, const std::filesystem::path &directory,
                                    const Environment &environment);

} // namespace berth::session
