// SPDX-License-Identifier: Apache-2.0
#include "target_units.hpp"

#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace berth::job {

std::vector<Unit> units_of(const std::vector<NamedTarget> &targets) {
    std::vector<Unit> units;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const auto &parts = targets[i].parts;
        auto count = targets[i].options.call.empty() ? parts.size() : std::size_t{1};
        if (parts.empty())
            units.push_back({.target = i});
        for (std::size_t part = 0; part < std::min(count, parts.size()); ++part)
            units.push_back({.target = i, .node = parts[part].node, .part = part, .parts = count});
    }
    return units;
}

std::optional<std::size_t> find_unit(const std::vector<NamedTarget> &targets,
                                     const std::vector<Unit> &units, const std::string &name,
                                     std::size_t node) {
    auto found = std::find_if(units.begin(), units.end(), [&](const Unit &unit) {
        return unit.node == node && targets[unit.target].name == name;
    });
    if (found == units.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - units.begin());
}

TargetGraph link_units(const std::vector<NamedTarget> &targets, const std::vector<Unit> &units) {
    auto of_targets = read_links(targets); // checks them
    if (units.size() == targets.size() &&
        std::all_of(units.begin(), units.end(),
                    [&](const auto &unit) { return unit.node == units.front().node; }))
        return of_targets;
    std::vector<std::set<std::size_t>> parents(units.size()), children(units.size());
    for (std::size_t i = 0; i < units.size(); ++i) {
        const auto &target = targets[units[i].target];
        for (const auto &link : target.links) {
            auto parent = find_unit(targets, units, link.target, units[i].node);
            if (!parent)
                throw usage_error(
                    fmt::format("failed to use {} as context {} for {} because targets build with "
                                "different drivers",
                                printable(link.target), printable(link.context),
                                printable(target.name)),
                    "give both targets the same platforms");
            parents[i].insert(*parent);
            children[*parent].insert(i);
        }
    }
    TargetGraph graph;
    for (std::size_t i = 0; i < units.size(); ++i) {
        graph.parents.emplace_back(parents[i].begin(), parents[i].end());
        graph.children.emplace_back(children[i].begin(), children[i].end());
    }
    return graph;
}

std::string unit_name(const std::vector<NamedTarget> &targets, const Unit &unit,
                      const std::string &node) {
    if (targets.size() == 1)
        return node;
    const auto &target = targets[unit.target].name;
    return unit.whole() ? target : target + " " + node;
}

TargetOutcome outcome_of_parts(const std::vector<const TargetOutcome *> &parts) {
    for (auto state : {TargetState::failed, TargetState::aborted, TargetState::not_started})
        for (const auto *part : parts)
            if (part->state == state)
                return *part;
    return *parts.front();
}

} // namespace berth::job
