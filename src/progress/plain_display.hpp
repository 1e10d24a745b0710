// SPDX-License-Identifier: Apache-2.0
// Progress as lines of text, one step at a time, like `docker buildx build --progress=plain`.
//
// A step keeps the output until it completes, until others have waited for more than ten seconds,
// or until it has used more than its fair share of the time; then `#5 ...` is printed and the step
// returns with its header later. Updates within 100 ms of the last drawing are held back and drawn
// together, in the order in which their steps completed.
#pragma once

#include "berth/progress/display.hpp"

#include "trace.hpp"

#include <array>
#include <ostream>

namespace berth::progress {

// Go's time/rate with a burst of one: allows one event per `interval`.
class RateLimit {
  public:
    explicit RateLimit(std::chrono::nanoseconds interval) : interval_(interval) {}
    bool allow(Time now);

  private:
    std::chrono::nanoseconds interval_;
    std::optional<Time> last_;
    double tokens_ = 1;
};

class PlainDisplay : public Display {
  public:
    PlainDisplay(std::ostream &out, const DisplayOptions &options);
    void update(const SolveStatus &status) override;
    void tick(Time now) override;
    void finish() override;
    const std::vector<VertexWarning> &warnings() const override { return trace_.warnings(); }

  private:
    // The last lines of a step's log, for the end of a failed build.
    struct Tail {
        std::array<std::optional<std::string>, 10> lines;
        std::size_t next = 0;
    };
    struct Printed {             // of a step
        std::size_t partial = 0; // printed bytes of its first log line
        std::size_t warnings = 0;
        Tail tail;
    };
    struct LastStatus {
        std::int64_t current;
        Time timestamp;
    };

    void print(Time now);
    bool print_open_step();
    void print_waiting(Step *current, bool current_completed, std::vector<Step *> waiting,
                       Time now);
    void print_step(Step &step);
    void switch_to(Step &step);
    bool print_statuses(Step &step);
    void print_warnings_of(Step &step);
    void print_log(Step &step);
    void print_completed(const Step &step);
    void print_failed_logs();
    bool is_worth_printing(const VertexStatus &status) const;
    void flush();

    std::ostream &out_;
    std::string text_; // text to write to out_
    std::string builder_line_;
    std::function<Time()> now_;
    bool terminal_; // which needs escape sequences removed; a file does not
    Trace trace_;
    Step *current_ = nullptr; // the step with the turn
    bool first_ = true;
    int numbers_ = 0;
    std::unordered_map<const Step *, Printed> printed_;
    std::unordered_map<std::string, LastStatus> last_statuses_; // by ID, of any step
    bool short_names_;
    RateLimit limit_;
    std::optional<Time> last_event_;
    std::size_t unprinted_ = 0; // bytes of logs since the last drawing
    bool finished_ = false;
};

} // namespace berth::progress
