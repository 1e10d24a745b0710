// SPDX-License-Identifier: Apache-2.0
// What is known of a running build, merged from the updates so far: the steps that plain and tty
// draw. The rules of merging are those of docker buildx, so that both draw the same.
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

// The newest state of one line of a step's progress (a layer that is pulled, a context that is
// sent).
struct StatusLine {
    VertexStatus status;
    bool listed = false;      // it started, so it has a place in Step::lines
    std::size_t position = 0; // there
};

// A vertex as it is drawn, or a group of vertices that is drawn as one.
struct Step {
    std::string name, error;
    bool cached = false;
    // A group none of whose members but weak ones did anything.
    bool hidden = false;
    Intervals intervals;

    std::vector<StatusLine *> lines;     // as they started
    std::set<std::size_t> updated_lines; // places in `lines` that changed since clear_updates
    std::vector<VertexWarning> warnings;

    // The log by lines, each with the time since the step started in front: "0.064 text". Plain
    // takes lines out as it prints them.
    std::deque<std::string> log;
    bool log_partial = false; // the last line has no end yet
    std::size_t log_bytes = 0;

    // How much there was to print since the step last had its turn, and since when.
    std::size_t count = 0;
    std::optional<Time> waiting_since;
    bool updated = false;    // there is something new to draw
    bool in_updated = false; // has a place in the list of such steps
    int number = 0;          // `#5`, given by plain when first printed

    bool started() const { return intervals.started(); }
    bool completed() const { return intervals.completed(); }
    bool running() const { return started() && !completed(); }
    bool cancelled() const;
    bool failed() const { return !error.empty() && !cancelled(); }
};

class Trace {
  public:
    // Keeps at most `log_limit` bytes of each step's log (the newest); 0: all, for one who takes
    // the lines out.
    explicit Trace(std::size_t log_limit = 0) : log_limit_(log_limit) {}

    void update(const SolveStatus &status, Time now);

    // Those that started and are not hidden, in the order they started.
    const std::vector<Step *> &steps() const { return order_; }
    // Those whose `updated` is set, which the one who draws takes away; oldest news first.
    const std::vector<Step *> &updated();
    // Vertices and groups that are not hidden.
    struct Count {
        std::size_t total = 0, completed = 0;
    };
    Count count() const;

    const std::vector<VertexWarning> &warnings() const { return warnings_; }
    // The start of the first vertex, and how far the clock here is ahead of the builder's.
    std::optional<Time> first_started() const { return first_started_; }
    std::chrono::nanoseconds clock_ahead() const { return clock_ahead_.value_or(Duration(0)); }

  private:
    using Duration = std::chrono::nanoseconds;
    struct Entry {
        Step step;
        std::optional<Vertex> seen; // as it last came with a start
        std::unordered_map<std::string, StatusLine> statuses;
        // Of groups only:
        std::unordered_map<std::string, bool> members; // digest to cached
        std::size_t uncached = 0;                      // so many of them are not
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
