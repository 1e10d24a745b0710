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

TargetOrder::TargetOrder(const TargetGraph &graph, std::vector<std::string> names, const Jobs &jobs,
                         std::vector<std::size_t> nodes)
    : graph_(graph),
      names_(std::move(names)),
      all_(graph.size()),
      mode_(jobs.mode),
      nodes_(std::move(nodes)),
      states_(graph.size()) {
    std::iota(all_.begin(), all_.end(), std::size_t{0});
    nodes_.resize(graph.size());
    auto count = nodes_.empty() ? 1 : *std::max_element(nodes_.begin(), nodes_.end()) + 1;
    free_.assign(count,
                 jobs.parallel == 0 ? most_at_a_time : std::min(jobs.parallel, most_at_a_time));
    limited_ = free_.front() < graph.size();
}

void TargetOrder::begin(std::size_t target) {
    std::unique_lock lock(mutex_);
    go_on(lock, target);
    states_[target].began = true;
}

void TargetOrder::solved(std::size_t target) {
    std::unique_lock lock(mutex_);
    reach(target, Stage::solved);
    go_on(lock, target);
}

void TargetOrder::built(std::size_t target) {
    std::unique_lock lock(mutex_);
    reach(target, Stage::built);
    go_on(lock, target);
    states_[target].stage = Stage::released;
    changed_.notify_all();
}

void TargetOrder::ended(std::size_t target, bool worked) {
    std::unique_lock lock(mutex_);
    auto &state = states_[target];
    state.ended = true;
    state.failed = !worked;
    stopped_ |= state.failed && mode_ != JobsMode::defer_error;
    reach(target, worked ? Stage::released : state.stage);
}

void TargetOrder::stop() {
    std::unique_lock lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
}

// The target now waits, and others may work instead.
void TargetOrder::reach(std::size_t target, Stage stage) {
    auto &state = states_[target];
    state.stage = stage;
    free_[nodes_[target]] += state.working ? 1 : 0;
    state.working = false;
    changed_.notify_all();
}

void TargetOrder::go_on(std::unique_lock<std::mutex> &lock, std::size_t target) {
    std::string why;
    changed_.wait(lock, [&] {
        why = obstacle(target);
        return stopped_ || !why.empty() || (can_go(target) && has_turn(target));
    });
    if (!why.empty())
        throw TargetAborted("aborted: " + why);
    if (stopped_ && !states_[target].began)
        throw TargetLeftOut("not started: another target failed");
    if (stopped_)
        throw TargetAborted("aborted: another target failed");
    --free_[nodes_[target]];
    states_[target].working = true;
    changed_.notify_all();
}

bool TargetOrder::has_turn(std::size_t target) const {
    auto free = free_[nodes_[target]];
    if (free == 0 || !limited_)
        return free > 0;
    // Those before it that could work there as well are about to.
    return std::none_of(all_.begin(), all_.begin() + static_cast<std::ptrdiff_t>(target),
                        [this, target](std::size_t other) {
                            const auto &state = states_[other];
                            return nodes_[other] == nodes_[target] && !state.working &&
                                   !state.ended && can_go(other) && obstacle(other).empty();
                        });
}

bool TargetOrder::have(const Targets &targets, Stage stage) const {
    return std::all_of(targets.begin(), targets.end(), [&](std::size_t target) {
        return states_[target].stage >= stage || states_[target].failed;
    });
}

std::string TargetOrder::failed_before(const Targets &targets, Stage stage) const {
    for (auto target : targets)
        if (states_[target].stage < stage && states_[target].failed)
            return fmt::format("target {} failed", printable(names_[target]));
    return {};
}

bool TargetOrder::can_go(std::size_t target) const {
    static const Targets none;
    const auto &all = mode_ == JobsMode::defer_output ? all_ : none;
    const auto &parents = graph_.parents[target];
    const auto &children = graph_.children[target];
    switch (states_[target].stage) {
    case Stage::none:
        return have(parents, Stage::solved);
    case Stage::solved:
        return have(children, Stage::solved) && have(all, Stage::solved) &&
               have(parents, Stage::built);
    case Stage::built:
        return have(all, Stage::built) && have(children, Stage::released);
    case Stage::released:
        break;
    }
    return true;
}

std::string TargetOrder::obstacle(std::size_t target) const {
    auto stage = states_[target].stage;
    std::string why;
    if (stage == Stage::none || stage == Stage::solved)
        why = failed_before(graph_.parents[target],
                            stage == Stage::none ? Stage::solved : Stage::built);
    if (why.empty() && mode_ == JobsMode::defer_output &&
        (stage == Stage::solved || stage == Stage::built))
        why = failed_before(all_, stage);
    return why;
}

} // namespace berth::job
