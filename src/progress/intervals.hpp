// SPDX-License-Identifier: Apache-2.0
// When a step ran: BuildKit may run the same vertex several times, and a group of vertices counts
// as one step, so a step has intervals that may overlap or have no end yet.
#pragma once

#include "berth/util/units.hpp"

#include <map>
#include <optional>
#include <vector>

namespace berth::progress {

// a - b; what does not fit is the nearest that does (times come from outside).
std::chrono::nanoseconds difference(Time a, Time b);
Time earlier(Time time, std::chrono::nanoseconds by);
// As Go's Duration.Seconds rounds it, which decides what the last digit of a printed time is.
double seconds(std::chrono::nanoseconds duration);

struct Interval {
    Time start;
    std::optional<Time> stop; // none: runs
};

class Intervals {
  public:
    // True when this changed anything. An interval that started at the same time is replaced.
    bool add(Time start, std::optional<Time> stop);
    bool started() const { return !all_.empty(); }
    bool completed() const { return started() && open_ == 0; }
    // The start of the last one, overlapping ones taken together; only when started().
    Time last_start() const { return merged().back().start; }
    // The stop of the last one; only when completed().
    Time last_stop() const { return *merged().back().stop; }
    // How long all of them took together; one that runs counts up to `now`.
    double total_seconds(Time now) const;

  private:
    const std::vector<Interval> &merged() const;
    std::map<Time, std::optional<Time>> all_; // start to stop
    std::size_t open_ = 0;
    mutable std::vector<Interval> merged_; // empty: to be made again
};

} // namespace berth::progress
