// SPDX-License-Identifier: Apache-2.0
// moby.sshforward.v1.SSH: build steps use an SSH agent of the client.
#pragma once

#include "berth/buildkit/message_stream.hpp"

#include <filesystem>
#include <map>
#include <string>

namespace berth::session {

// Forwards connections to agents: `sockets` by ID ("default" is what BuildKit asks for when a mount
// names none). As with docker buildx a step may list the agent's keys and sign with them; any other
// request (adding, removing, locking, extensions) is answered with a failure and does not reach the
// agent. Sockets of key_agent.hpp work too.
void add_ssh(buildkit::Services &services, std::map<std::string, std::filesystem::path> sockets);

} // namespace berth::session
