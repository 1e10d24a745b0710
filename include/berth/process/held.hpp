// SPDX-License-Identifier: Apache-2.0
// A command that provides something, reports it on standard output, and keeps it until its standard
// input ends.
#pragma once

#include "berth/process/runner.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace berth::process {

class Held {
  public:
    // `input` is what the command reads before its input is held open.
    Held(Runner &runner, Command command, std::string input = {});
    ~Held(); // lets go
    Held(const Held &) = delete;
    Held &operator=(const Held &) = delete;

    // Waits for the first line; false when the command ended without one.
    bool ready();
    bool ended();
    // Ends its input and waits for it. A second call gives the same.
    const Outcome &release();

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string said_;
    std::atomic<bool> over_{false};
    bool ended_ = false;
    Outcome outcome_;
    std::thread thread_; // last: it uses the rest
};

} // namespace berth::process
