// SPDX-License-Identifier: Apache-2.0
// The socket between docker and its plugin. docker closes it on SIGINT or SIGTERM, which the plugin
// would not receive outside of the terminal's foreground group.
#pragma once

#include "berth/process/cancellation.hpp"

#include <string>
#include <thread>

namespace berth::process {

// Watches the socket during its lifetime. Does nothing without an address, or if the connection
// fails.
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
