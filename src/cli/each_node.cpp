// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/each_node.hpp"

#include <thread>

namespace berth::cli {

std::vector<std::exception_ptr> for_each_node(const process::Runner &runner, std::size_t count,
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
    for (std::size_t i = 0; i < count; ++i) {
        if (runner.dry() || i + 1 == count)
            one(i);
        else
            threads.emplace_back(one, i);
    }
    threads.clear(); // joins
    return failures;
}

void rethrow_first(const std::vector<std::exception_ptr> &failures) {
    for (const auto &failure : failures)
        if (failure)
            std::rethrow_exception(failure);
}

} // namespace berth::cli
