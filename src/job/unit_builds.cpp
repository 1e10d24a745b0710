// SPDX-License-Identifier: Apache-2.0
#include "unit_builds.hpp"

#include "berth/util/strings.hpp"

#include "join_parts.hpp"

#include <fmt/format.h>

namespace berth::job {

using Drawn = progress::SharedDisplay::Part;

UnitBuilds::UnitBuilds(const std::vector<BuildSetting> &nodes,
                       const std::vector<NamedTarget> &targets, const std::vector<Unit> &units,
                       BuildCommons &commons, progress::SharedDisplay &shared,
                       progress::Display &display)
    : nodes_(nodes),
      targets_(targets),
      units_(units),
      commons_(commons),
      shared_(shared),
      display_(display),
      left_(targets.size()) {
    for (const auto &unit : units)
        ++left_[unit.target];
}

void UnitBuilds::read_next(bool wants_metadata) {
    add(units_[builds_.size()]);
    builds_.back()->read(wants_metadata);
    if (units_.size() == 1)
        builds_.back()->look_early();
}

void UnitBuilds::add(const Unit &unit) {
    const auto &target = targets_[unit.target];
    const auto *setting = &nodes_[unit.node];
    const auto &node = setting->node.name;
    if (units_.size() > 1)
        drawn_.push_back(std::make_unique<Drawn>(
            shared_, printable(unit_name(targets_, unit, node)), unit.node == 0 ? "" : node));
    std::optional<BuildPart> part;
    if (target.parts.size() > 1) {
        part = part_of(unit);
        setting = &with_input(*setting, target.options);
    }
    auto &display = drawn_.empty() ? display_ : *drawn_.back();
    builds_.push_back(
        std::make_unique<TargetBuild>(*setting, commons_, target, display, std::move(part)));
}

BuildPart UnitBuilds::part_of(const Unit &unit) {
    auto &ref = refs_[unit.target];
    if (ref.empty())
        ref = buildkit::new_identifier();
    const auto &part = targets_[unit.target].parts[unit.part];
    auto name = fmt::format("{}-{}", unit.target, unit.part);
    std::filesystem::path layouts = "/tmp/berth-dry-run";
    if (!nodes_.front().docker.runner().dry()) {
        if (!scratch_)
            scratch_.emplace("parts");
        layouts = scratch_->path();
    }
    return {.platforms = part.platforms, .ref = ref, .layout = layouts / name / "layout"};
}

// Each part reads all of standard input.
const BuildSetting &UnitBuilds::with_input(const BuildSetting &setting,
                                           const BuildOptions &options) {
    if (options.context != "-" && options.file != "-")
        return setting;
    if (!input_)
        input_.emplace(setting.in.get(), setting.surroundings.cancellation);
    auto &copy = settings_.emplace_back(setting);
    copy.in = input_->next();
    return copy;
}

void UnitBuilds::join_parts(std::size_t place) {
    const auto &unit = units_[place];
    {
        std::lock_guard lock(mutex_);
        if (--left_[unit.target] > 0 || unit.whole())
            return;
    }
    auto first = place - unit.part;
    std::vector<BuiltPart> parts;
    for (auto i = first; i < first + unit.parts; ++i) {
        if (builds_[i]->outcome().state != TargetState::succeeded)
            return;
        parts.push_back(builds_[i]->built());
    }
    auto &build = *builds_[first];
    if (build.joint().empty())
        return;
    std::optional<Drawn> drawn;
    if (targets_.size() > 1)
        drawn.emplace(shared_, printable(targets_[unit.target].name));
    // The other units of a target alone have ended, and draw no more.
    auto &display = drawn ? static_cast<progress::Display &>(*drawn) : display_;
    build.joined(job::join_parts(nodes_[units_[first].node], build.joint(), parts, display));
}

void UnitBuilds::finish(std::size_t place) {
    if (!drawn_.empty())
        drawn_[place]->finish();
}

void UnitBuilds::note(TargetBuild &build, const std::string &group) {
    try {
        build.note(group);
    } catch (const std::exception &error) {
        nodes_.front().err << "WARNING: " << error.what() << '\n';
    }
}

void UnitBuilds::report(const std::vector<progress::VertexWarning> &warnings,
                        const std::string &group,
                        const std::function<void(std::size_t)> &reported) {
    auto results = outcomes();
    for (std::size_t i = 0; i < builds_.size(); ++i) {
        const auto &result = results[units_[i].target];
        auto &build = *builds_[i];
        if (units_[i].part > 0) { // the files are the whole target's
            note(build, group);
            continue;
        }
        bool worked = result.state == TargetState::succeeded;
        if (!worked && build.outcome().state == TargetState::succeeded)
            build.set_outcome(result);
        build.report(warnings, group);
        if (worked)
            reported(i);
    }
}

std::vector<TargetOutcome> UnitBuilds::outcomes() const {
    std::vector<std::vector<const TargetOutcome *>> parts(targets_.size());
    for (std::size_t i = 0; i < builds_.size(); ++i)
        parts[units_[i].target].push_back(&builds_[i]->outcome());
    std::vector<TargetOutcome> result;
    result.reserve(parts.size());
    for (const auto &of_target : parts)
        result.push_back(outcome_of_parts(of_target));
    return result;
}

} // namespace berth::job
