// SPDX-License-Identifier: Apache-2.0
// Runs commands for real, with Boost.Process.
#pragma once

#include "berth/process/cancellation.hpp"
#include "berth/process/runner.hpp"

#include <functional>

namespace berth::process {

class RealRunner : public Runner {
  public:
    // After a cancel a command that holds its input open sees its end-of-file and has `grace` to
    // end by itself; then, and every other command at once, it gets SIGTERM, and SIGKILL a little
    // later. The commands run in process groups of their own, so that a terminal's Ctrl-C reaches
    // this process alone.
    explicit RealRunner(const Cancellation &cancellation,
                        std::chrono::milliseconds grace = std::chrono::milliseconds(900))
        : cancellation_(cancellation), grace_(grace) {}

    Outcome run(const Command &command, const Streams &streams) override;
    using Runner::run;

    // Called when a command has ended, in the order they end; for --debug.
    std::function<void(const Command &, const Outcome &)> on_end;

  private:
    const Cancellation &cancellation_;
    std::chrono::milliseconds grace_;
};

} // namespace berth::process
