// SPDX-License-Identifier: Apache-2.0
// When each of several targets may do what. It knows nothing of BuildKit: each target's thread asks
// before each step of its way, and waits here.
//
// A target's result is taken by others before anything of it is built, and only when all of them
// have theirs is it built, so that caches are looked up for the whole of it. It is built before
// those that take it, since its session has the files; and it ends after they are built, since
// BuildKit forgets the steps of a build that has ended, and would do those without cache again.
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

// Thrown where a target may not go on, since another one failed.
class TargetAborted : public Error {
  public:
    using Error::Error;
};

// The same for one that has not begun and takes nothing of the failed one.
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

    // Returns when the results that it takes are there.
    void begin(std::size_t target);
    // It has a result, of which nothing need be built yet.
    void solved(std::size_t target);
    // That is built. Returns when it may be exported.
    void built(std::size_t target);
    // At last, whatever happened, also for one that never began. A failure stops all others, unless
    // errors are deferred.
    void ended(std::size_t target, bool worked);

    // All that wait, or would, throw TargetAborted from now on.
    void stop();
    // Do others wait for its steps, or it for those of others? If not, solved() and built() need
    // not be called.
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
    // Whose failure keeps it from going on; empty: nobody's.
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
