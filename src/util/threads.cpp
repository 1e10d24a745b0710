// SPDX-License-Identifier: Apache-2.0
#include "berth/util/threads.hpp"

#include <thread>

namespace berth {

std::vector<std::exception_ptr> on_threads(std::size_t count,
                                           const std::function<void(std::size_t)> &work) {
    std::vector<std::exception_ptr> failures(count);
    auto one = [&](std::size_t i) {
        try {
            work(i);
        } catch (...) {
            failures[i] = std::current_exception();
        }
    };
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < count; ++i)
        threads.emplace_back(one, i);
    if (count > 0)
        one(0);
    threads.clear(); // joins
    return failures;
}

void rethrow_first(const std::vector<std::exception_ptr> &failures) {
    for (const auto &failure : failures)
        if (failure)
            std::rethrow_exception(failure);
}

} // namespace berth
