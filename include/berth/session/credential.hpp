// SPDX-License-Identifier: Apache-2.0
// The credential of a registry, and its lookup.
#pragma once

#include "berth/util/secret.hpp"

#include <functional>
#include <string>

namespace berth::session {

// The fields of docker's config.json; all empty: none.
struct Credential {
    std::string username = {};
    Secret password = {};
    Secret identity_token = {}; // replaces the other two
    Secret registry_token = {}; // a bearer token
    bool operator==(const Credential &) const = default;
};

// Looks up a registry's host, for example "registry-1.docker.io" or "localhost:5000". Called by one
// thread at a time. Throws Error when a credential helper fails.
using CredentialLookup = std::function<Credential(const std::string &host)>;

} // namespace berth::session
