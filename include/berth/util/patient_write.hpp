// SPDX-License-Identifier: Apache-2.0
// Writing to a pipe whose reader may not read for a long time, so that Ctrl-C still ends the
// program.
#pragma once

#include "berth/util/file.hpp"

#include <functional>
#include <string_view>

namespace berth {

// Whether the program is ending.
using GivenUp = std::function<bool()>;

// A descriptor of its own for the pipe behind `fd`, on which writes do not block. (O_NONBLOCK on
// `fd` would also apply to the other processes that write to it.) Nothing if it is no pipe, or the
// system lacks /proc.
FileDescriptor unblocked_pipe(int fd);

// Writes all bytes and returns 0, or the errno of the failure: ECANCELED if no byte could be
// written to an unblocked descriptor for a second after `given_up` became true.
int write_patiently(int fd, std::string_view bytes, const GivenUp &given_up);

} // namespace berth
