// SPDX-License-Identifier: Apache-2.0
#include "berth/process/plugin_socket.hpp"

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace berth::process {

namespace {

FileDescriptor connect_to(const std::string &address) {
    sockaddr_un name = {};
    if (address.empty() || address.size() >= sizeof name.sun_path)
        return {};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, address.data(), address.size());
    if (address.front() == '@')
        name.sun_path[0] = '\0';
    // Only the length ends an abstract name.
    auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size() +
                                         (address.front() == '@' ? 0 : 1));
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    if (socket)
        ::fcntl(socket.get(), F_SETFD, FD_CLOEXEC);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what connect takes
    if (!socket || ::connect(socket.get(), reinterpret_cast<sockaddr *>(&name), length) != 0)
        return {};
    return socket;
}

} // namespace

PluginSocket::PluginSocket(const std::string &address, Cancellation &cancellation)
    : socket_(connect_to(address)) {
    if (!socket_)
        return;
    watcher_ = std::thread([this, &cancellation] {
        char byte = 0;
        ssize_t count = 0;
        do
            count = ::read(socket_.get(), &byte, 1);
        while (count > 0 || (count < 0 && errno == EINTR));
        if (!ending_)
            cancellation.cancel(SIGTERM);
    });
}

PluginSocket::~PluginSocket() {
    if (!watcher_.joinable())
        return;
    ending_ = true;
    ::shutdown(socket_.get(), SHUT_RDWR);
    watcher_.join();
}

} // namespace berth::process
