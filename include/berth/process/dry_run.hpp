// SPDX-License-Identifier: Apache-2.0
// --dry-run: prints commands for a shell, one per line, instead of running them. Queries are run
// and printed as comments.
#pragma once

#include "berth/process/runner.hpp"

#include <iosfwd>

namespace berth::process {

class DryRunner : public Runner {
  public:
    // Runs queries on `real`, and prints to `out`.
    DryRunner(Runner &real, std::ostream &out) : real_(real), out_(out) {}

    Outcome run(const Command &command, const Streams &streams) override;
    using Runner::run;
    std::vector<Outcome> run_all(const std::vector<Command> &commands) override;
    bool dry() const override { return true; }
    void note(std::string_view line) override;

  private:
    Runner &real_;
    std::ostream &out_;
};

} // namespace berth::process
