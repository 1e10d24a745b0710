// SPDX-License-Identifier: Apache-2.0
// The same work for several nodes of a builder, in parallel.
#pragma once

#include "berth/process/runner.hpp"
#include "berth/util/threads.hpp"

#include <cstddef>
#include <exception>
#include <functional>
#include <vector>

namespace berth::cli {

// Calls `work` with 0 … count - 1, each on a thread of its own; one after the other in a dry run,
// whose lines must keep their order. Returns the exception of each call, or null.
std::vector<std::exception_ptr> for_each_node(const process::Runner &runner, std::size_t count,
                                              const std::function<void(std::size_t)> &work);

} // namespace berth::cli
