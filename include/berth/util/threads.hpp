// SPDX-License-Identifier: Apache-2.0
// Work that waits for other work: a thread for each piece.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <vector>

namespace berth {

// Calls work(0) … work(count - 1), all at the same time. When they have ended, returns what each of
// them threw, or null.
std::vector<std::exception_ptr> on_threads(std::size_t count,
                                           const std::function<void(std::size_t)> &work);
// Throws the first one.
void rethrow_first(const std::vector<std::exception_ptr> &failures);

} // namespace berth
