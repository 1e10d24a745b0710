// SPDX-License-Identifier: Apache-2.0
// Progress on a terminal, redrawn in place at most ten times a second.
#pragma once

#include "tty_frame.hpp"

#include <ostream>

namespace berth::progress {

class TtyDisplay : public Display {
  public:
    TtyDisplay(std::ostream &out, const DisplayOptions &options);
    void update(const SolveStatus &status) override;
    void tick(Time now) override;
    // Draws all steps a last time, then the whole logs of failed steps.
    void finish() override;
    const std::vector<VertexWarning> &warnings() const override { return trace_.warnings(); }

  private:
    void draw(Time now, bool last);
    std::string to_first_line(const TerminalSize &size) const;
    std::string failed_logs() const;

    std::ostream &out_;
    DisplayOptions options_;
    Trace trace_;
    LogShown log_shown_;
    std::optional<Time> drawn_;
    std::vector<int> widths_;          // of the lines above the cursor, to overwrite
    std::optional<TerminalSize> size_; // at their drawing
    bool finished_ = false;
};

} // namespace berth::progress
