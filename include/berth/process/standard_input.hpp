// SPDX-License-Identifier: Apache-2.0
// Standard input, read as it arrives, without blocking the exit of this process.
#pragma once

#include "berth/process/cancellation.hpp"

#include <atomic>
#include <cstddef>

namespace berth::process {

class StandardInput {
  public:
    // Reads that descriptor, which stays open.
    explicit StandardInput(const Cancellation &cancellation, int descriptor = 0)
        : cancellation_(cancellation), descriptor_(descriptor) {}

    // Waits for input and fills the buffer with what there is; 0: its end, or stop() was called.
    // Throws Error when it cannot be read, and with the exit code `cancelled` when cancelled.
    std::size_t read(char *buffer, std::size_t size);
    // From any thread: a read() that waits returns, and later ones do at once.
    void stop() { stopped_ = true; }
    // Reading goes on after stop(). Nothing is lost between them.
    void resume() { stopped_ = false; }

  private:
    const Cancellation &cancellation_;
    int descriptor_;
    std::atomic<bool> stopped_{false};
};

} // namespace berth::process
