// SPDX-License-Identifier: Apache-2.0
// The requests of the SSH agent protocol (draft-ietf-sshm-ssh-agent) that may reach an agent.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace berth::session {

class AgentFilter {
  public:
    // Takes bytes from the client, in pieces of any size. Appends complete allowed requests to
    // `to_agent`. Throws Error for a message longer than OpenSSH's limit.
    //
    // Replaces a forbidden request by one of an unknown type, which the agent refuses, so that
    // answers stay in order.
    void feed(std::string_view bytes, std::string &to_agent);

  private:
    std::string waiting_; // of an incomplete message
};

} // namespace berth::session
