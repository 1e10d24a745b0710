// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/each_node.hpp"

namespace berth::cli {

std::vector<std::exception_ptr> for_each_node(const process::Runner &runner, std::size_t count,
                                              const std::function<void(std::size_t)> &work) {
    if (!runner.dry())
        return on_threads(count, work);
    std::vector<std::exception_ptr> failures;
    failures.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        failures.push_back(on_threads(1, [&](std::size_t) { work(i); }).front());
    return failures;
}

} // namespace berth::cli
