// SPDX-License-Identifier: Apache-2.0
#include "feeder.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace berth::process {

namespace {

constexpr std::chrono::milliseconds held_pause{10};
constexpr int poll_pause = 50; // milliseconds between checks whether to stop

} // namespace

Pipe make_pipe(int ahead) {
    int ends[2];
#ifdef __linux__
    int result = ::pipe2(ends, O_CLOEXEC);
#else
    int result = ::pipe(ends);
#endif
    if (result != 0)
        throw Error("cannot create a pipe: " + errno_text(errno));
#ifdef __linux__
    // A larger pipe causes fewer wake-ups; failure is harmless.
    ::fcntl(ends[1], F_SETPIPE_SZ, ahead > 0 ? ahead : 1 << 20);
#else
    (void)ahead;
    for (int end : ends)
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
#endif
    return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

Feeder::Feeder(FileDescriptor pipe, const Streams &streams, std::function<void()> at_end)
    : pipe_(std::move(pipe)),
      streams_(streams),
      at_end_(std::move(at_end)),
      thread_([this] { work(); }) {}

void Feeder::stop() {
    {
        std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable())
        thread_.join();
}

void Feeder::work() {
    sigset_t broken_pipe;
    ::sigemptyset(&broken_pipe);
    ::sigaddset(&broken_pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    ::fcntl(pipe_.get(), F_SETFL, O_NONBLOCK);
    try {
        if ((!streams_.input || copy()) && streams_.hold_input_open)
            hold();
    } catch (...) {
        error_ = std::current_exception();
        failed_ = true;
    }
    pipe_.close();
    ended_ = true;
    at_end_();
}

void Feeder::hold() {
    std::unique_lock lock(mutex_);
    auto over = [this] { return stopped_; };
    if (!streams_.release_input)
        changed_.wait(lock, over);
    while (!changed_.wait_for(lock, held_pause, over))
        if (streams_.release_input())
            return;
}

bool Feeder::copy() {
    std::string buffer(std::size_t{1} << 18, '\0');
    while (auto count = streams_.input(buffer.data(), buffer.size()))
        if (!write(std::string_view(buffer).substr(0, count)))
            return false;
    return true;
}

bool Feeder::write(std::string_view bytes) {
    while (!bytes.empty()) {
        auto count = ::write(pipe_.get(), bytes.data(), bytes.size());
        if (count >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(count));
        else if (errno != EINTR && (errno != EAGAIN || !wait_for(pipe_.get(), POLLOUT)))
            return false;
    }
    return true;
}

bool Feeder::wait_for(int descriptor, short events) {
    pollfd waiting = {descriptor, events, 0};
    while (true) {
        ::poll(&waiting, 1, poll_pause);
        std::lock_guard lock(mutex_);
        if (stopped_)
            return false;
        if (waiting.revents != 0)
            return true; // an error shows at the next use
    }
}

} // namespace berth::process
