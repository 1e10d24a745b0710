// SPDX-License-Identifier: Apache-2.0
#include "berth/util/patient_write.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace berth {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds patience{1000};
constexpr int poll_pause = 50; // ms between two looks at given_up

// False if the reader has taken nothing for too long.
bool wait_for_room(int fd, const GivenUp &given_up) {
    auto since = steady_clock::now();
    pollfd waiting{.fd = fd, .events = POLLOUT, .revents = 0};
    while (::poll(&waiting, 1, poll_pause) <= 0) {
        if (!given_up || !given_up())
            since = steady_clock::now();
        else if (steady_clock::now() - since > patience)
            return false;
    }
    return true;
}

} // namespace

FileDescriptor unblocked_pipe(int fd) {
    struct stat status;
    if (::fstat(fd, &status) != 0 || !S_ISFIFO(status.st_mode))
        return {};
    return FileDescriptor(
        ::open(fmt::format("/proc/self/fd/{}", fd).c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
}

int write_patiently(int fd, std::string_view bytes, const GivenUp &given_up) {
    while (!bytes.empty()) {
        auto count = ::write(fd, bytes.data(), bytes.size());
        if (count >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(count));
        else if (errno == EAGAIN && !wait_for_room(fd, given_up))
            return ECANCELED;
        else if (errno != EAGAIN && errno != EINTR)
            return errno;
    }
    return 0;
}

} // namespace berth
