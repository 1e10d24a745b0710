// SPDX-License-Identifier: Apache-2.0
#include "handler_threads.hpp"

#include <utility>

namespace berth::buildkit {

void HandlerThreads::reap() {
    for (auto each = threads_.begin(); each != threads_.end();) {
        if (*each->done) {
            each->thread.join();
            each = threads_.erase(each);
        } else {
            ++each;
        }
    }
}

std::size_t HandlerThreads::running() {
    reap();
    return threads_.size();
}

void HandlerThreads::start(std::function<void()> work) {
    reap();
    auto done = std::make_shared<std::atomic<bool>>(false);
    threads_.push_back({done, std::thread([done, work = std::move(work)]() mutable {
                            work();
                            work =
                                nullptr; // releases its captures before the thread counts as done
                            *done = true;
                        })});
}

void HandlerThreads::join() {
    for (auto &each : threads_)
        each.thread.join();
    threads_.clear();
}

} // namespace berth::buildkit
