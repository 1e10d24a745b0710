// SPDX-License-Identifier: Apache-2.0
// A command that provides a resource, reports it on standard output, and keeps it until its
// standard input ends.
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
    ~Held(); // calls release()
    Held(const Held &) = delete;
    Held &operator=(const Held &) = delete;

    // Waits for the first line; false if the command ended without one.
    bool ready();
    bool ended();
    // Ends its input and waits for it. A second call returns the same outcome.
    const Outcome &release();

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string said_;
    std::atomic<bool> over_{false};
    bool ended_ = false;
    Outcome outcome_;
    std::thread thread_; // last, since it uses the other members
};

} // namespace berth::process
