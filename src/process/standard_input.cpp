// SPDX-License-Identifier: Apache-2.0
#include "berth/process/standard_input.hpp"

#include "berth/util/error.hpp"
#include "berth/util/file.hpp"

#include <cerrno>
#include <poll.h>
#include <unistd.h>

namespace berth::process {

std::size_t StandardInput::read(char *buffer, std::size_t size) {
    constexpr int look_every = 100; // milliseconds
    while (!stopped_) {
        cancellation_.check();
        pollfd waiting[2] = {{descriptor_, POLLIN, 0}, {cancellation_.descriptor(), POLLIN, 0}};
        if (::poll(waiting, 2, look_every) <= 0 || waiting[0].revents == 0)
            continue;
        auto count = ::read(descriptor_, buffer, size);
        if (count >= 0)
            return static_cast<std::size_t>(count);
        if (errno != EINTR && errno != EAGAIN)
            throw Error("cannot read standard input: " + errno_text(errno));
    }
    return 0;
}

} // namespace berth::process
