// SPDX-License-Identifier: Apache-2.0
// Sockets of this machine and of others, the same on Linux and macOS.
#pragma once

#include "berth/util/file.hpp"

#include <string_view>

namespace berth {

// A stream socket of this family (AF_UNIX, AF_INET) that commands do not inherit; none, with errno,
// on failure.
FileDescriptor open_socket(int family);

// Writes all bytes to a socket of open_socket(), however it takes them; never raises SIGPIPE.
// Returns 0 or an errno.
int send_all(int socket, std::string_view bytes);

} // namespace berth
