// SPDX-License-Identifier: Apache-2.0
#include "berth/util/socket.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>

namespace berth {
namespace {

#ifdef MSG_NOSIGNAL
constexpr int no_signal = MSG_NOSIGNAL;
#else
constexpr int no_signal = 0; // the socket has SO_NOSIGPIPE
#endif

} // namespace

FileDescriptor open_socket(int family) {
#ifdef SOCK_CLOEXEC
    return FileDescriptor(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
#else
    FileDescriptor socket(::socket(family, SOCK_STREAM, 0));
    int on = 1;
    if (socket && (::fcntl(socket.get(), F_SETFD, FD_CLOEXEC) != 0 ||
                   ::setsockopt(socket.get(), SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on) != 0))
        return {};
    return socket;
#endif
}

int send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        auto count = ::send(socket, bytes.data(), bytes.size(), no_signal);
        if (count >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(count));
        else if (errno != EINTR)
            return errno;
    }
    return 0;
}

} // namespace berth
