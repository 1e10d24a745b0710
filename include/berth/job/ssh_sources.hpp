// SPDX-License-Identifier: Apache-2.0
// --ssh: the SSH keys that a build may use. Either private keys in files, which an agent of the
// client holds during the build (session/key_agent.hpp), or a running agent. Their sockets are
// forwarded (session/ssh.hpp).
#pragma once

#include "berth/util/environment.hpp"

#include <string>
#include <vector>

namespace berth::job {

struct SshSource {
    std::string id; // RUN --mount=type=ssh,id=ID
    // One of them:
    std::vector<std::string> keys = {}; // files
    std::string agent = {};             // absolute path of a socket
};

// `--ssh ID[=SOCKET|KEY[,KEY…]]` in the forms of docker buildx 0.29.1: an id without a source is
// the agent of $SSH_AUTH_SOCK, the last one of an id wins. A context that git fetches over ssh adds
// the default agent if --ssh is not given. Throws Error with docker buildx's message and what to
// do.
std::vector<SshSource> read_ssh_sources(const std::vector<std::string> &values,
                                        const std::string &context, const Environment &environment);

} // namespace berth::job
