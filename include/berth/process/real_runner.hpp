// SPDX-License-Identifier: Apache-2.0
// Runs commands for real, with Boost.Process.
#pragma once

#include "berth/process/cancellation.hpp"
#include "berth/process/runner.hpp"

#include <functional>

namespace berth::process {

class RealRunner : public Runner {
  public:
    // After a cancel, a command that holds its input open sees end-of-file and has the time `grace`
    // to exit. After that it gets SIGTERM, and SIGKILL a little later; any other command gets
    // SIGTERM at once. Commands run in their own process groups, so that a terminal's Ctrl-C
    // reaches only this process. Sets SIGCHLD to its default, without which exit codes are lost.
    explicit RealRunner(const Cancellation &cancellation,
                        std::chrono::milliseconds grace = std::chrono::milliseconds(900));

    Outcome run(const Command &command, const Streams &streams) override;
    using Runner::run;

    // Called when a command has ended, in the order of their ends; for --debug.
    std::function<void(const Command &, const Outcome &)> on_end;

  private:
    const Cancellation &cancellation_;
    std::chrono::milliseconds grace_;
};

} // namespace berth::process
