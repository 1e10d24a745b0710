// SPDX-License-Identifier: Apache-2.0
#include "target_order.hpp"

#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace berth::job {

namespace {

constexpr std::size_t most_at_a_time = 256; // each has threads, streams and a session

} // namespace

TargetOrder::TargetOrder(const TargetGraph &graph, std::vector<std::string> names, const Jobs &jobs)
    : graph_(graph),
      names_(std::move(names)),
      all_(graph.size()),
      mode_(jobs.mode),
      free_(jobs.parallel == 0 ? most_at_a_time : std::min(jobs.parallel, most_at_a_time)),
      states_(graph.size()) {
    std::iota(all_.begin(), all_.end(), std::size_t{0});
}

void TargetOrder::begin(std::size_t target) {
    Lock lock(mutex_);
    wait_for(lock, graph_.parents[target], Stage::solved, false);
    work(lock, target);
    states_[target].began = true;
}

void TargetOrder::solved(std::size_t target) {
    Lock lock(mutex_);
    pause(target, Stage::solved);
    wait_for(lock, graph_.children[target], Stage::solved, true);
    if (mode_ == JobsMode::defer_output)
        wait_for(lock, all_, Stage::solved, false);
    wait_for(lock, graph_.parents[target], Stage::built, false);
    work(lock, target);
}

void TargetOrder::built(std::size_t target) {
    Lock lock(mutex_);
    pause(target, Stage::built);
    if (mode_ == JobsMode::defer_output)
        wait_for(lock, all_, Stage::built, false);
    wait_for(lock, graph_.children[target], Stage::released, true);
    states_[target].stage = Stage::released;
    changed_.notify_all();
    work(lock, target);
}

void TargetOrder::ended(std::size_t target, bool worked) {
    Lock lock(mutex_);
    pause(target, worked ? Stage::released : states_[target].stage);
    states_[target].failed = !worked;
}

void TargetOrder::stop() {
    Lock lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
}

bool TargetOrder::stopped() const {
    Lock lock(mutex_);
    return stopped_;
}

bool TargetOrder::began(std::size_t target) const {
    Lock lock(mutex_);
    return states_[target].began;
}

// Others may work instead.
void TargetOrder::pause(std::size_t target, Stage reached) {
    auto &state = states_[target];
    state.stage = reached;
    free_ += state.working ? 1 : 0;
    state.working = false;
    changed_.notify_all();
}

void TargetOrder::wait(Lock &lock, const std::function<bool()> &ready) {
    changed_.wait(lock, [&] { return stopped_ || ready(); });
    if (stopped_)
        throw TargetAborted("aborted: another target failed");
}

void TargetOrder::wait_for(Lock &lock, const std::vector<std::size_t> &targets, Stage stage,
                           bool despite_failure) {
    auto settled = [&](std::size_t target) {
        return states_[target].stage >= stage || states_[target].failed;
    };
    auto lost = [&](std::size_t target) {
        return states_[target].stage < stage && states_[target].failed;
    };
    wait(lock, [&] {
        return std::all_of(targets.begin(), targets.end(), settled) ||
               (!despite_failure && std::any_of(targets.begin(), targets.end(), lost));
    });
    auto failed = std::find_if(targets.begin(), targets.end(), lost);
    if (!despite_failure && failed != targets.end())
        throw TargetAborted(fmt::format("aborted: target {} failed", printable(names_[*failed])));
}

void TargetOrder::work(Lock &lock, std::size_t target) {
    ready_.insert(target);
    struct Gone {
        std::set<std::size_t> &ready;
        std::size_t target;
        ~Gone() { ready.erase(target); }
    };
    {
        Gone gone{ready_, target};
        wait(lock, [&] { return free_ > 0 && *ready_.begin() == target; });
        --free_;
        states_[target].working = true;
    }
    changed_.notify_all();
}

} // namespace berth::job
