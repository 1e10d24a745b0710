// SPDX-License-Identifier: Apache-2.0
// A runner for tests: records commands and returns prepared outcomes.
#pragma once

#include "berth/process/runner.hpp"

#include <deque>
#include <mutex>

namespace berth::process {

class RecordingRunner : public Runner {
  public:
    // Outcomes of the next commands, in order, then `fallback`.
    std::deque<Outcome> answers;
    Outcome fallback;
    // Replaces `answers` if set.
    std::function<Outcome(const Command &, const std::string &input)> answer;

    struct Record {
        Command command;
        std::string input; // from standard input
    };
    std::vector<Record> records;

    Outcome run(const Command &command, const Streams &streams) override;
    using Runner::run;

    // The commands in their shell form, one per line.
    std::string transcript() const;

  private:
    std::mutex mutex_;
};

} // namespace berth::process
