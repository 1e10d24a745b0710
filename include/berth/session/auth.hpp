// SPDX-License-Identifier: Apache-2.0
// moby.filesync.v1.Auth: BuildKit asks for the credentials of a registry when it needs them.
#pragma once

#include "berth/buildkit/message_stream.hpp"
#include "berth/util/secret.hpp"

#include <functional>
#include <string>

namespace berth::session {

// As docker's config.json has them; all empty: none.
struct Credential {
    std::string username = {};
    Secret password = {};
    Secret identity_token = {}; // counts instead of the other two
    Secret registry_token = {}; // a bearer token
    bool operator==(const Credential &) const = default;
};

// Looks up a registry's host, for example "registry-1.docker.io" or "localhost:5000". Called by one
// thread at a time. Throws Error when a credential helper fails.
using CredentialLookup = std::function<Credential(const std::string &host)>;

// Answers all four calls. BuildKit then fetches the registry's tokens itself: the calls by which a
// client would fetch them for it (FetchToken, GetTokenAuthority, VerifyTokenAuthority) answer
// `unavailable`, as docker buildx does under BUILDKIT_NO_CLIENT_TOKEN; but a registry token of the
// configuration is given out. A lookup counts for almost five minutes, so that helpers with tokens
// that expire are asked again.
void add_auth(buildkit::Services &services, CredentialLookup lookup);

} // namespace berth::session
