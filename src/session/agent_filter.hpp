// SPDX-License-Identifier: Apache-2.0
// The requests of the SSH agent protocol (draft-ietf-sshm-ssh-agent) that may reach an agent.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace berth::session {

class AgentFilter {
  public:
    // Takes what the client sent, in pieces of any size. Appends to `to_agent` the complete
    // requests that may pass. Throws Error for a message longer than OpenSSH's agent takes.
    //
    // A request that may not pass goes to the agent as one of a type that it refuses, so that
    // answers stay in order.
    void feed(std::string_view bytes, std::string &to_agent);

  private:
    std::string waiting_; // of an incomplete message
};

} // namespace berth::session
