// SPDX-License-Identifier: Apache-2.0
#include "target_order.hpp"

#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace berth::job {

namespace {

constexpr std::size_t most_at_a_time = 256; // each has threads, streams and a session

// The first target of all that each one is linked to, over others too.
std::vector<std::size_t> linked_groups(const TargetGraph &graph) {
    std::vector<std::size_t> groups(graph.size());
    std::iota(groups.begin(), groups.end(), std::size_t{0});
    for (bool changed = true; changed;) {
        changed = false;
        for (std::size_t target = 0; target < groups.size(); ++target)
            for (auto parent : graph.parents[target]) {
                auto first = std::min(groups[target], groups[parent]);
                changed = changed || groups[target] != first || groups[parent] != first;
                groups[target] = groups[parent] = first;
            }
    }
    return groups;
}

} // namespace

TargetOrder::TargetOrder(const TargetGraph &graph, std::vector<std::string> names, const Jobs &jobs)
    : graph_(graph),
      names_(std::move(names)),
      all_(graph.size()),
      mode_(jobs.mode),
      most_(jobs.parallel == 0 ? most_at_a_time : std::min(jobs.parallel, most_at_a_time)),
      free_(most_),
      groups_(linked_groups(graph)),
      states_(graph.size()) {
    std::iota(all_.begin(), all_.end(), std::size_t{0});
}

void TargetOrder::begin(std::size_t target) {
    Lock lock(mutex_);
    wait_for(lock, graph_.parents[target], Stage::solved, false);
    // A target that waits for others of its group must not lose its turn to a later group.
    if (mode_ != JobsMode::defer_output) // there all wait for all
        wait(lock, [&] { return !is_early(target); });
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
    states_[target].ended = true;
    // At once: nobody else begins before the caller has cancelled the others.
    if (!worked && mode_ != JobsMode::defer_error)
        stopped_ = true;
    changed_.notify_all();
}

bool TargetOrder::is_early(std::size_t target) const {
    std::set<std::size_t> before;
    for (std::size_t other = 0; other < target; ++other)
        if (!states_[other].ended && groups_[other] < groups_[target])
            before.insert(groups_[other]);
    return before.size() >= most_;
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
    check_not_stopped();
}

void TargetOrder::check_not_stopped() const {
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
    changed_.wait(lock, [&] {
        return stopped_ || std::all_of(targets.begin(), targets.end(), settled) ||
               (!despite_failure && std::any_of(targets.begin(), targets.end(), lost));
    });
    auto failed = std::find_if(targets.begin(), targets.end(), lost);
    if (!despite_failure && failed != targets.end())
        throw TargetAborted(fmt::format("aborted: target {} failed", printable(names_[*failed])));
    check_not_stopped();
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
