// SPDX-License-Identifier: Apache-2.0
// The state of a running build, merged from the updates so far: the steps that plain and tty draw.
// Merges by docker buildx's rules, so that both programs draw the same.
#pragma once

#include "berth/progress/solve_status.hpp"

#include "intervals.hpp"

#include <deque>
#include <memory>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace berth::progress {

// The latest state of a line of a step's progress (the pull of a layer, the transfer of a context).
struct StatusLine {
    VertexStatus status;
    bool listed = false;      // it has started and is in Step::lines
    std::size_t position = 0; // its index there
};

// A vertex, or a group of vertices, that is drawn as one step.
struct Step {
    std::string name, error;
    bool cached = false;
    // A group in which only weak members did anything.
    bool hidden = false;
    Intervals intervals;

    std::vector<StatusLine *> lines;     // in the order of their starts
    std::set<std::size_t> updated_lines; // indexes in `lines` that changed since clear_updates
    std::vector<VertexWarning> warnings;

    // Lines of the log, each prefixed by the time since the start of the step: "0.064 text". Plain
    // removes printed lines.
    std::deque<std::string> log;
    bool log_partial = false; // the last line is unfinished
    std::size_t log_bytes = 0;

    // The amount of unprinted news since the last turn of the step, and its first time.
    std::size_t count = 0;
    std::optional<Time> waiting_since;
    bool updated = false;    // has news to draw
    bool in_updated = false; // is in the list of updated steps
    int number = 0;          // `#5`, given by plain when first printed

    bool started() const { return intervals.started(); }
    bool completed() const { return intervals.completed(); }
    bool running() const { return started() && !completed(); }
    bool cancelled() const;
    bool failed() const { return !error.empty() && !cancelled(); }
};

class Trace {
  public:
    // Keeps at most `log_limit` bytes of each step's log (the newest); 0: no limit, for a caller
    // that removes lines.
    explicit Trace(std::size_t log_limit = 0) : log_limit_(log_limit) {}

    void update(const SolveStatus &status, Time now);

    // Started steps that are not hidden, in the order of their starts.
    const std::vector<Step *> &steps() const { return order_; }
    // Steps with `updated` set, which the caller clears; oldest news first.
    const std::vector<Step *> &updated();
    // Vertices and groups that are not hidden.
    struct Count {
        std::size_t total = 0, completed = 0;
    };
    Count count() const;

    const std::vector<VertexWarning> &warnings() const { return warnings_; }
    // The start of the first vertex, and the offset of the local clock from the builder's.
    std::optional<Time> first_started() const { return first_started_; }
    std::chrono::nanoseconds clock_ahead() const { return clock_ahead_.value_or(Duration(0)); }

  private:
    using Duration = std::chrono::nanoseconds;
    struct Entry {
        Step step;
        std::optional<Vertex> seen; // in its last update with a start
        std::unordered_map<std::string, StatusLine> statuses;
        // Of groups only:
        std::unordered_map<std::string, bool> members; // digest to cached
        std::size_t uncached = 0;                      // number of members that are not cached
        bool changed = false, shown = false;
        std::vector<const Vertex *> members_in_update;
    };

    Entry *find(const std::string &digest);
    Entry &make_entry();
    void update_vertex(const Vertex &vertex, Time now);
    void update_group(Entry &group, Time now);
    void update_member(const Vertex &vertex, Entry &group, Time now);
    void update_status(const VertexStatus &status, Time now);
    void update_log(const VertexLog &log, Time now);
    void started_first(Time started, Time now);
    void touch(Step &step, Time now, bool draw);

    std::size_t log_limit_;
    std::deque<Entry> entries_;
    std::unordered_map<std::string, Entry *> by_digest_;
    std::unordered_map<std::string, Entry *> by_group_;
    std::vector<Step *> order_, updated_;
    std::vector<VertexWarning> warnings_;
    std::optional<Time> first_started_;
    std::optional<Duration> clock_ahead_;
};

} // namespace berth::progress
