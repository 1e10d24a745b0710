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
#include <functional>
#include <mutex>
#include <set>
#include <vector>

namespace berth::job {

// Thrown where a target may not go on, since another one failed.
class TargetAborted : public Error {
  public:
    using Error::Error;
};

class TargetOrder {
  public:
    // `names` are for messages.
    TargetOrder(const TargetGraph &graph, std::vector<std::string> names, const Jobs &jobs);

    // Each target calls these in order; they throw TargetAborted. The targets that work at a time
    // are as many as `jobs` says; those that wait do not count, and earlier ones come first.

    // Returns when the results that it takes are there.
    void begin(std::size_t target);
    // It has a result, of which nothing need be built yet.
    void solved(std::size_t target);
    // That is built. Returns when it may be exported.
    void built(std::size_t target);
    // At last, whatever happened, also for one that never began. Unless the others are to be
    // finished, a failure stops them.
    void ended(std::size_t target, bool worked);

    // All that wait, or would, throw TargetAborted from now on.
    void stop();
    bool stopped() const;
    bool began(std::size_t target) const;
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
        bool began = false, working = false, failed = false, ended = false;
    };
    using Lock = std::unique_lock<std::mutex>;

    void pause(std::size_t target, Stage reached);
    void wait(Lock &lock, const std::function<bool()> &ready);
    void check_not_stopped() const;
    void wait_for(Lock &lock, const std::vector<std::size_t> &targets, Stage stage,
                  bool despite_failure);
    void work(Lock &lock, std::size_t target);
    // Whether so many earlier groups of linked targets have not ended that this one has to wait.
    bool is_early(std::size_t target) const;

    const TargetGraph &graph_;
    std::vector<std::string> names_;
    std::vector<std::size_t> all_;
    JobsMode mode_;
    std::size_t most_, free_;
    std::vector<std::size_t> groups_; // of each target: the first target that it is linked to
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<State> states_;
    std::set<std::size_t> ready_; // to work
    bool stopped_ = false;
};

} // namespace berth::job
