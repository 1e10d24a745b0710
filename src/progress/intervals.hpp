// SPDX-License-Identifier: Apache-2.0
// The running times of a step: BuildKit may run the same vertex several times, and a group of
// vertices counts as one step, so a step has intervals that may overlap or have no end yet.
#pragma once

#include "berth/util/units.hpp"

#include <map>
#include <optional>
#include <vector>

namespace berth::progress {

// a - b, clamped to the range of the type (times come from outside).
std::chrono::nanoseconds difference(Time a, Time b);
Time earlier(Time time, std::chrono::nanoseconds by);
// Rounded like Go's Duration.Seconds, which determines the last digit of a printed time.
double seconds(std::chrono::nanoseconds duration);

struct Interval {
    Time start;
    std::optional<Time> stop; // nothing while it runs
};

class Intervals {
  public:
    // Replaces an interval with the same start. True if anything changed.
    bool add(Time start, std::optional<Time> stop);
    bool started() const { return !all_.empty(); }
    bool completed() const { return started() && open_ == 0; }
    // The start of the last interval, with overlapping ones merged. Requires started().
    Time last_start() const { return merged().back().start; }
    // The stop of the last interval. Requires completed().
    Time last_stop() const { return *merged().back().stop; }
    // The total time; a running interval counts up to `now`.
    double total_seconds(Time now) const;

  private:
    const std::vector<Interval> &merged() const;
    std::map<Time, std::optional<Time>> all_; // start to stop
    std::size_t open_ = 0;
    mutable std::vector<Interval> merged_; // empty: outdated
};

} // namespace berth::progress
