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
constexpr int poll_pause = 50; // milliseconds between looks at whether all is to stop

} // namespace

Pipe make_pipe(int ahead) {
    int ends[2];
#ifdef __linux__
    int result = ::pipe2(ends, O_CLOEXEC);
#else
    int result = ::pipe(ends);
#endif
    if (result != 0)
        throw Error("cannot make a pipe: " + errno_text(errno));
#ifdef __linux__
    // Fewer wake-ups; a refusal does no harm.
    ::fcntl(ends[1], F_SETPIPE_SZ, ahead > 0 ? ahead : 1 << 20);
#else
    (void)ahead;
    for (int end : ends)
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
#endif
    return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

Feeder::Feeder(FileDescriptor pipe, const Streams &streams)
    : pipe_(std::move(pipe)), streams_(streams), thread_([this] { work(); }) {}

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
        if ((streams_.input_from < 0 || move()) && (!streams_.input || copy()) &&
            streams_.hold_input_open)
            hold();
    } catch (...) {
        error_ = std::current_exception();
        failed_ = true;
    }
    pipe_.close();
    ended_ = true;
}

void Feeder::hold() {
    std::unique_lock lock(mutex_);
    auto over = [this] { return stopped_; };
    if (!streams_.release_input && !streams_.later_input)
        changed_.wait(lock, over);
    while (!changed_.wait_for(lock, held_pause, over)) {
        if (streams_.release_input && streams_.release_input())
            break;
        lock.unlock();
        if (streams_.later_input && !write(streams_.later_input()))
            return;
        lock.lock();
    }
}

bool Feeder::move() {
    std::size_t total = 0;
    while (true) {
        auto count = move_some();
        if (count == 0)
            return true;
        if (count > 0) {
            total += static_cast<std::size_t>(count);
            if (streams_.on_moved)
                streams_.on_moved(total);
        } else if (errno == EAGAIN) {
            if (!wait_for(streams_.input_from, POLLIN))
                return false;
        } else if (errno != EINTR) {
            return false;
        }
    }
}

// One piece; EAGAIN: there is none yet.
ssize_t Feeder::move_some() {
    constexpr std::size_t piece = 1u << 20;
#ifdef __linux__
    auto count = ::splice(streams_.input_from, nullptr, pipe_.get(), nullptr, piece,
                          SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    // Either pipe may be what it would wait for.
    if (count < 0 && errno == EAGAIN)
        errno = wait_for(pipe_.get(), POLLOUT) ? EAGAIN : EPIPE;
    return count;
#else
    static thread_local std::string buffer(piece, '\0');
    auto count = ::read(streams_.input_from, buffer.data(), buffer.size());
    if (count > 0 && !write(std::string_view(buffer).substr(0, static_cast<std::size_t>(count)))) {
        errno = EPIPE;
        return -1;
    }
    return count;
#endif
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
            return true; // an error of it shows when it is used
    }
}

} // namespace berth::process
