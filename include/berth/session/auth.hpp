// SPDX-License-Identifier: Apache-2.0
// moby.filesync.v1.Auth: BuildKit asks for the credentials of a registry when it needs them.
#pragma once

#include "berth/buildkit/message_stream.hpp"
#include "berth/session/credential.hpp"

namespace berth::session {

// Answers all four calls. BuildKit then fetches the registry's tokens itself: the calls by which a
// client would fetch them for it (FetchToken, GetTokenAuthority, VerifyTokenAuthority) answer
// `unavailable`, as docker buildx does under BUILDKIT_NO_CLIENT_TOKEN; but a registry token of the
// configuration is sent. A lookup is cached for almost five minutes, so that tokens of helpers are
// refreshed before they expire.
void add_auth(buildkit::Services &services, CredentialLookup lookup);

} // namespace berth::session
