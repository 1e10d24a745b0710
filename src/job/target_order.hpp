// SPDX-License-Identifier: Apache-2.0
// Decides when each of several targets may take its next step. Independent of BuildKit: the thread
// of each target calls it before each step, and waits here.
//
// Other targets take the result of a target before it is built. It is built only when all of them
// have their own results, so that caches are looked up for the whole graph. It is built before the
// targets that use it, since its session has the files, and ends after they are built, since
// BuildKit forgets the steps of an ended build and would repeat those without cache.
#pragma once

#include "berth/job/jobs.hpp"
#include "berth/util/error.hpp"

#include "target_links.hpp"

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

namespace berth::job {

// Thrown if a target may not continue because another one failed.
class TargetAborted : public Error {
  public:
    using Error::Error;
};

// The same for a target that has not begun and does not depend on the failed one.
class TargetLeftOut : public TargetAborted {
  public:
    using TargetAborted::TargetAborted;
};

class TargetOrder {
  public:
    // `names` are for messages. `nodes`: where each target is built, numbered from 0; empty: all
    // on one node.
    TargetOrder(const TargetGraph &graph, std::vector<std::string> names, const Jobs &jobs,
                std::vector<std::size_t> nodes = {});

    // Each target calls these in order; they throw TargetAborted. The targets that work at a time
    // on a node are as many as `jobs` says; those that wait do not count, and earlier ones come
    // first.

    // Returns when the results that it uses exist.
    void begin(std::size_t target);
    // The target has a result, which need not be built yet.
    void solved(std::size_t target);
    // The result is built. Returns when it may be exported.
    void built(std::size_t target);
    // Called at the end in any case, also for a target that never began. A failure stops all
    // others, unless errors are deferred.
    void ended(std::size_t target, bool worked);

    // From now on, all calls that wait throw TargetAborted.
    void stop();
    // Whether other targets wait for its steps, or it for theirs. Otherwise solved() and built()
    // need not be called.
    bool has_steps(std::size_t target) const {
        return mode_ == JobsMode::defer_output || graph_.is_linked(target);
    }
    bool is_needed(std::size_t target) const { return !graph_.children[target].empty(); }

  private:
    enum class Stage { none, solved, built, released };
    struct State {
        Stage stage = Stage::none;
        bool began = false, working = false, ended = false, failed = false;
    };
    using Targets = std::vector<std::size_t>;

    void reach(std::size_t target, Stage stage);
    void go_on(std::unique_lock<std::mutex> &lock, std::size_t target);
    // The failed target that blocks it; empty if none does.
    std::string obstacle(std::size_t target) const;
    bool can_go(std::size_t target) const;
    bool has_turn(std::size_t target) const;
    bool have(const Targets &targets, Stage stage) const;
    std::string failed_before(const Targets &targets, Stage stage) const;

    const TargetGraph &graph_;
    std::vector<std::string> names_;
    Targets all_;
    JobsMode mode_;
    std::vector<std::size_t> nodes_;
    std::vector<std::size_t> free_; // of each node
    bool limited_;                  // there are more targets than may work on one
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<State> states_;
    bool stopped_ = false;
};

} // namespace berth::job
