// SPDX-License-Identifier: Apache-2.0
#include "live_display.hpp"

#include <chrono>

namespace berth::progress {

LiveDisplay::LiveDisplay(std::unique_ptr<Display> inner) : inner_(std::move(inner)) {}

LiveDisplay::~LiveDisplay() {
    stop();
}

void LiveDisplay::update(const SolveStatus &status) {
    std::lock_guard lock(mutex_);
    if (!thread_.joinable() && !stopped_)
        thread_ = std::thread([this] { run(); });
    inner_->update(status);
}

void LiveDisplay::tick(Time now) {
    std::lock_guard lock(mutex_);
    inner_->tick(now);
}

void LiveDisplay::finish() {
    stop();
    inner_->finish();
}

void LiveDisplay::run() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, std::chrono::milliseconds(100), [this] { return stopped_; }))
        inner_->tick(std::chrono::system_clock::now());
}

void LiveDisplay::stop() {
    {
        std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable())
        thread_.join();
}

} // namespace berth::progress
