// SPDX-License-Identifier: Apache-2.0
#include "berth/process/cancellation.hpp"

#include "berth/util/error.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace berth::process {

namespace {

// The one that signals go to; a signal handler has no other way to find it.
std::atomic<Cancellation *> receiver{nullptr};

extern "C" void on_signal(int signal) {
    int error = errno;
    if (auto *cancellation = receiver.load()) {
        if (cancellation->cancelled())
            ::_exit(128 + signal);
        cancellation->cancel(signal);
    }
    errno = error;
}

} // namespace

Cancellation::Cancellation() {
    int ends[2];
    if (::pipe(ends) != 0)
        throw Error("cannot make a pipe: " + errno_text(errno));
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
        // nohup and `&` in a script have signals ignored; that stays.
        if (::sigaction(signal, nullptr, &present) == 0 && present.sa_handler != SIG_IGN)
            ::sigaction(signal, &action, nullptr);
    }
    ::signal(SIGPIPE, SIG_IGN);
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
