// SPDX-License-Identifier: Apache-2.0
// Ctrl-C, SIGTERM and SIGHUP, turned into something that can be waited for.
#pragma once

#include "berth/util/file.hpp"

#include <atomic>
#include <chrono>

namespace berth::process {

// One per process (tests make one without signals and call cancel()).
class Cancellation {
  public:
    Cancellation();
    ~Cancellation();
    Cancellation(const Cancellation &) = delete;
    Cancellation &operator=(const Cancellation &) = delete;

    // SIGINT, SIGTERM and SIGHUP cancel from now on; a second one ends this process at once.
    // SIGPIPE is ignored: writing to a closed pipe is an ordinary error.
    void catch_signals();

    void cancel(int signal = 0); // safe in a signal handler
    bool cancelled() const { return cancelled_.load(); }
    // The signal that did it, 0 when cancel() was called without.
    int signal() const { return signal_.load(); }
    // 128 + signal, as a shell would say; 130 without.
    int exit_code() const { return signal() > 0 ? 128 + signal() : 130; }
    // Readable once cancelled; not to be read from.
    int descriptor() const { return read_end_.get(); }
    // Waits; true when cancelled before the time was up.
    bool wait_for(std::chrono::milliseconds time) const;
    // Throws Error with the exit code `cancelled` when cancelled.
    void check() const;

  private:
    std::atomic<bool> cancelled_{false};
    std::atomic<int> signal_{0};
    FileDescriptor read_end_, write_end_;
};

} // namespace berth::process
