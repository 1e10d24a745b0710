// SPDX-License-Identifier: Apache-2.0
// Work that waits for other work: a thread for each piece.
#pragma once

#include <cstddef>
#include <exception>
#include <thread>
#include <vector>

namespace berth::job {

// Calls work(0) … work(count - 1), all at the same time. When they have ended, throws what the
// first of them threw.
template<typename Work>
void on_threads(std::size_t count, const Work &work) {
    std::vector<std::exception_ptr> broken(count);
    auto one = [&](std::size_t i) {
        try {
            work(i);
        } catch (...) {
            broken[i] = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 1; i < count; ++i)
            threads.emplace_back([&one, i] { one(i); });
        if (count > 0)
            one(0);
    }
    for (const auto &exception : broken)
        if (exception)
            std::rethrow_exception(exception);
}

} // namespace berth::job
