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

    // Waits for input and fills the buffer with the available bytes; returns 0 at the end, or after
    // stop(). Throws Error if reading fails, and with the exit code `cancelled` if cancelled.
    std::size_t read(char *buffer, std::size_t size);
    // From any thread: a waiting read() returns, and later ones return immediately.
    void stop() { stopped_ = true; }
    // Continues reading after stop(), without losing bytes.
    void resume() { stopped_ = false; }

  private:
    const Cancellation &cancellation_;
    int descriptor_;
    std::atomic<bool> stopped_{false};
};

} // namespace berth::process
