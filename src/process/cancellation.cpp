// SPDX-License-Identifier: Apache-2.0
#include "berth/process/cancellation.hpp"

#include "berth/util/error.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <string_view>
#include <unistd.h>

namespace berth::process {

namespace {

// The receiver of signals; a signal handler cannot find it otherwise.
std::atomic<Cancellation *> receiver{nullptr};

extern "C" void on_signal(int signal) {
    int error = errno;
    if (auto *cancellation = receiver.load()) {
        if (cancellation->cancelled()) {
            constexpr std::string_view line =
                "\nERROR: ended by a second signal, before the cleanup was done\n";
            cancellation->kill_groups();
            [[maybe_unused]] auto written = ::write(STDERR_FILENO, line.data(), line.size());
            ::_exit(128 + signal);
        }
        cancellation->cancel(signal);
    }
    errno = error;
}

} // namespace

Cancellation::Cancellation() {
    int ends[2];
    if (::pipe(ends) != 0)
        throw Error("cannot create a pipe: " + errno_text(errno));
    for (int end : ends) {
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
        ::fcntl(end, F_SETFL, O_NONBLOCK);
    }
    read_end_ = FileDescriptor(ends[0]);
    write_end_ = FileDescriptor(ends[1]);
}

Cancellation::~Cancellation() {
    Cancellation *self = this;
    receiver.compare_exchange_strong(self, nullptr);
}

void Cancellation::catch_signals() {
    receiver = this;
    struct sigaction action = {};
    action.sa_handler = on_signal;
    ::sigemptyset(&action.sa_mask);
    for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction present = {};
        // Keeps signals ignored that nohup or `&` in a script ignore.
        if (::sigaction(signal, nullptr, &present) == 0 && present.sa_handler != SIG_IGN)
            ::sigaction(signal, &action, nullptr);
    }
    ignores_closed_output_ = ::signal(SIGPIPE, SIG_IGN) == SIG_IGN;
}

void Cancellation::add_group(pid_t group) const {
    for (auto &place : groups_)
        if (pid_t free = 0; place.compare_exchange_strong(free, group))
            return;
}

void Cancellation::remove_group(pid_t group) const {
    for (auto &place : groups_)
        if (pid_t mine = group; place.compare_exchange_strong(mine, 0))
            return;
}

void Cancellation::kill_groups() const {
    for (const auto &place : groups_)
        if (auto group = place.load(); group > 0)
            ::kill(-group, SIGKILL);
}

void Cancellation::output_closed() {
    if (!ignores_closed_output_)
        cancel(SIGPIPE);
}

void Cancellation::end_by_closed_output() const {
    if (signal() != SIGPIPE)
        return;
    ::signal(SIGPIPE, SIG_DFL);
    ::raise(SIGPIPE);
}

void Cancellation::cancel(int signal) {
    signal_ = signal;
    cancelled_ = true;
    char byte = 0;
    [[maybe_unused]] auto written = ::write(write_end_.get(), &byte, 1);
}

bool Cancellation::wait_for(std::chrono::milliseconds time) const {
    auto deadline = std::chrono::steady_clock::now() + time;
    while (!cancelled()) {
        auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline -
                                                                 std::chrono::steady_clock::now());
        if (left.count() <= 0)
            return false;
        pollfd waiting = {descriptor(), POLLIN, 0};
        ::poll(&waiting, 1, static_cast<int>(left.count()));
    }
    return true;
}

void Cancellation::check() const {
    if (cancelled())
        throw Error("cancelled", ExitCode::cancelled);
}

} // namespace berth::process
