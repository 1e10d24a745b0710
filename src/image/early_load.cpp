// SPDX-License-Identifier: Apache-2.0
#include "berth/image/early_load.hpp"

namespace berth::image {

EarlyLoad::EarlyLoad(const docker::Docker &docker, std::chrono::milliseconds patience)
    : docker_(docker), patience_(patience) {}

EarlyLoad::~EarlyLoad() {
    end();
    if (outcome_.valid())
        outcome_.wait();
}

void EarlyLoad::start() {
    std::lock_guard lock(mutex_);
    if (ended_ || read_ || outcome_.valid())
        return;
    process::Streams streams;
    streams.input = [this](char *buffer, std::size_t size) { return input(buffer, size); };
    streams.on_exit = [this] { end(); };
    streams.hang_up = [this] { return !has_archive(); };
    outcome_ = std::async(std::launch::async, [this, streams = std::move(streams)] {
        return docker_.runner().run(docker_.load_command(), streams);
    });
}

void EarlyLoad::end() {
    {
        std::lock_guard lock(mutex_);
        ended_ = true;
    }
    changed_.notify_all();
}

bool EarlyLoad::has_archive() {
    std::lock_guard lock(mutex_);
    return static_cast<bool>(read_);
}

bool EarlyLoad::is_waiting() {
    std::lock_guard lock(mutex_);
    return waits();
}

std::optional<process::Outcome> EarlyLoad::send(Read read) {
    std::future<process::Outcome> outcome;
    {
        std::lock_guard lock(mutex_);
        if (!waits())
            return std::nullopt;
        read_ = std::move(read);
        outcome = std::move(outcome_);
    }
    changed_.notify_all();
    return outcome.get();
}

// Of one thread at a time. The archive is read without the lock.
std::size_t EarlyLoad::input(char *buffer, std::size_t size) {
    {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, patience_, [this] { return read_ || ended_; });
        if (!read_) {
            ended_ = true;
            return 0;
        }
    }
    return read_(buffer, size);
}

} // namespace berth::image
