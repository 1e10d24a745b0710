// SPDX-License-Identifier: Apache-2.0
// The line from docker to its plugin: docker closes it when it is told to end (SIGINT, SIGTERM) and
// the plugin would not hear of it, not being in the terminal's foreground.
#pragma once

#include "berth/process/cancellation.hpp"

#include <string>
#include <thread>

namespace berth::process {

// Watches as long as it lives. Without an address, or one that nobody listens on, does nothing.
class PluginSocket {
  public:
    // `address`: DOCKER_CLI_PLUGIN_SOCKET; a path, or `@NAME` of an abstract socket.
    PluginSocket(const std::string &address, Cancellation &cancellation);
    ~PluginSocket();
    PluginSocket(const PluginSocket &) = delete;
    PluginSocket &operator=(const PluginSocket &) = delete;

  private:
    FileDescriptor socket_;
    std::thread watcher_;
    std::atomic<bool> ending_{false};
};

} // namespace berth::process
