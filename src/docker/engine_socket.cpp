// SPDX-License-Identifier: Apache-2.0
#include "berth/docker/engine_socket.hpp"

#include "berth/util/socket.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace berth::docker {
namespace {

// True if the connection is refused at once; a slow answer counts as not refused.
bool refuses(int family, const sockaddr *address, socklen_t size) {
    auto socket = open_socket(family);
    if (!socket || ::fcntl(socket.get(), F_SETFL, O_NONBLOCK) != 0 ||
        ::connect(socket.get(), address, size) == 0)
        return false;
    int error = errno;
    pollfd connecting = {socket.get(), POLLOUT, 0};
    socklen_t error_size = sizeof error;
    if (error == EINPROGRESS && ::poll(&connecting, 1, 2) == 1)
        ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &error_size);
    return error == ECONNREFUSED || error == ENOENT;
}

bool refuses_local(const std::string &path) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        return false;
    std::memcpy(address.sun_path, path.c_str(), path.size());
    return refuses(AF_UNIX, reinterpret_cast<const sockaddr *>(&address), sizeof address);
}

// Only IPv4 addresses: names would need a look-up.
bool refuses_remote(const std::string &authority) {
    auto colon = authority.rfind(':');
    auto port =
        colon == std::string::npos ? std::nullopt : parse_integer(authority.substr(colon + 1));
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    if (!port || *port < 1 || *port > 65535 ||
        ::inet_pton(AF_INET, authority.substr(0, colon).c_str(), &address.sin_addr) != 1)
        return false;
    address.sin_port = htons(static_cast<std::uint16_t>(*port));
    return refuses(AF_INET, reinterpret_cast<const sockaddr *>(&address), sizeof address);
}

} // namespace

std::string why_nothing_listens(const std::string &host) {
    constexpr std::string_view local = "unix://", remote = "tcp://";
    bool refused = host.starts_with(local)    ? refuses_local(host.substr(local.size()))
                   : host.starts_with(remote) ? refuses_remote(host.substr(remote.size()))
                                              : false;
    return refused ? fmt::format(
                         "Cannot connect to the Docker daemon at {}. Is the docker daemon running?",
                         printable(host))
                   : "";
}

} // namespace berth::docker
