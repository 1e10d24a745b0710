// SPDX-License-Identifier: Apache-2.0
// An SSH agent that holds private keys from files during a build.
#pragma once

#include "berth/process/runner.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace berth::session {

// OpenSSH's ssh-agent, with a socket in a directory that only this user can enter. It drops its
// keys when this object is destroyed, and exits soon after that, or after this process ends.
class KeyAgent {
  public:
    // Starts it and adds the keys. Throws Error naming a key that cannot be read or used (one with
    // a passphrase, for example), or that ssh-agent or ssh-add is missing. `runner` must outlive
    // it.
    KeyAgent(process::Runner &runner, const std::vector<std::filesystem::path> &keys);
    ~KeyAgent();
    KeyAgent(const KeyAgent &) = delete;
    KeyAgent &operator=(const KeyAgent &) = delete;

    std::filesystem::path socket() const; // for add_ssh()

  private:
    class Agent;
    std::unique_ptr<Agent> agent_;
};

} // namespace berth::session
