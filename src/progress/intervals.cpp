// SPDX-License-Identifier: Apache-2.0
#include "intervals.hpp"

namespace berth::progress {

std::chrono::nanoseconds difference(Time a, Time b) {
    std::int64_t result = 0;
    if (__builtin_sub_overflow(a.time_since_epoch().count(), b.time_since_epoch().count(), &result))
        return a > b ? std::chrono::nanoseconds::max() : std::chrono::nanoseconds::min();
    return std::chrono::nanoseconds(result);
}

Time earlier(Time time, std::chrono::nanoseconds by) {
    std::int64_t result = 0;
    if (__builtin_sub_overflow(time.time_since_epoch().count(), by.count(), &result))
        return by.count() > 0 ? Time::min() : Time::max();
    return Time(std::chrono::nanoseconds(result));
}

double seconds(std::chrono::nanoseconds duration) {
    auto whole = duration.count() / 1000000000; // separate, to keep every nanosecond
    return static_cast<double>(whole) + static_cast<double>(duration.count() % 1000000000) / 1e9;
}

bool Intervals::add(Time start, std::optional<Time> stop) {
    auto [entry, added] = all_.try_emplace(start, stop);
    if (!added && entry->second == stop)
        return false;
    if (!added) {
        open_ -= entry->second ? 0 : 1;
        entry->second = stop;
    }
    open_ += stop ? 0 : 1;
    merged_.clear();
    return true;
}

double Intervals::total_seconds(Time now) const {
    double total = 0;
    for (auto &interval : merged())
        total += seconds(difference(interval.stop.value_or(now), interval.start));
    return total;
}

const std::vector<Interval> &Intervals::merged() const {
    if (!merged_.empty())
        return merged_;
    for (auto &[start, stop] : all_) {
        if (merged_.empty() || (merged_.back().stop && *merged_.back().stop < start)) {
            merged_.push_back({start, stop});
            continue;
        }
        auto &last = merged_.back();
        if (!last.stop)
            break; // includes all that follow
        if (!stop || *stop > *last.stop)
            last.stop = stop;
    }
    return merged_;
}

} // namespace berth::progress
