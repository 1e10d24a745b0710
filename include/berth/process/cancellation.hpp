// SPDX-License-Identifier: Apache-2.0
// Ctrl-C, SIGTERM and SIGHUP as an event that threads can wait for.
#pragma once

#include "berth/util/file.hpp"
#include "berth/util/patient_write.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <sys/types.h>

namespace berth::process {

// One per process (tests make one without signals and call cancel()).
class Cancellation {
  public:
    Cancellation();
    ~Cancellation();
    Cancellation(const Cancellation &) = delete;
    Cancellation &operator=(const Cancellation &) = delete;

    // SIGINT, SIGTERM and SIGHUP cancel from now on; a second one ends this process at once, with
    // an error line. SIGPIPE is ignored: a command that no longer reads is an ordinary error.
    void catch_signals();
    // The reader of this process's own output is gone: cancels, unless the caller of the program
    // ignores SIGPIPE.
    void output_closed();
    // Ends this process by SIGPIPE if a closed output cancelled it, like other programs.
    void end_by_closed_output() const;

    void cancel(int signal = 0); // safe in a signal handler
    bool cancelled() const { return cancelled_.load(); }
    // The same question, for writers that wait for a reader. This object must outlive it.
    GivenUp given_up() const {
        return [this] { return cancelled(); };
    }
    // The signal, or 0 if cancel() was called without one.
    int signal() const { return signal_.load(); }
    // 128 + signal, like a shell; 130 without a signal.
    int exit_code() const { return signal() > 0 ? 128 + signal() : 130; }
    // Readable once cancelled; not to be read from.
    int descriptor() const { return read_end_.get(); }
    // Waits; returns true if cancelled in that time.
    bool wait_for(std::chrono::milliseconds time) const;
    // Throws Error with the exit code `cancelled` if cancelled.
    void check() const;

    // Process groups that a second signal kills, since nothing would wait for them then. The number
    // is limited; further groups are ignored.
    void add_group(pid_t group) const;
    void remove_group(pid_t group) const;
    void kill_groups() const; // safe in a signal handler

  private:
    std::atomic<bool> cancelled_{false};
    std::atomic<int> signal_{0};
    bool ignores_closed_output_ = false;
    mutable std::array<std::atomic<pid_t>, 64> groups_ = {};
    FileDescriptor read_end_, write_end_;
};

} // namespace berth::process
