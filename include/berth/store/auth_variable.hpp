// SPDX-License-Identifier: Apache-2.0
// Registry credentials of the environment variable DOCKER_AUTH_CONFIG, as the docker CLI reads it
// since 28.3 (observed with docker buildx 0.38): JSON with an object `auths`, whose entries have
// `auth` alone, USERNAME:PASSWORD in base64.
#pragma once

#include "berth/util/environment.hpp"
#include "berth/util/secret.hpp"

#include <map>
#include <string>

namespace berth::store {

struct Login {
    std::string username = {};
    Secret password = {};
};

struct AuthVariable {
    std::map<std::string, Login> logins = {}; // by host, or Docker Hub's old address
    // Why the variable is unusable, without anything secret; empty if it is valid or unset. Like
    // docker, berth warns then and continues without it: a caller with a terminal prints this.
    std::string problem = {};
};

AuthVariable read_auth_variable(const Environment &environment);

} // namespace berth::store
