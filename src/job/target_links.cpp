// SPDX-License-Identifier: Apache-2.0
#include "target_links.hpp"

#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace berth::job {

namespace {

std::map<std::string, std::size_t> places_of(const std::vector<NamedTarget> &targets) {
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < targets.size(); ++i)
        if (!places.try_emplace(targets[i].name, i).second)
            throw usage_error(
                fmt::format("there are two targets named {}", printable(targets[i].name)));
    return places;
}

std::size_t find_target(const std::map<std::string, std::size_t> &places, const NamedTarget &target,
                        const TargetLink &link) {
    if (auto found = places.find(link.target); found != places.end())
        return found->second;
    std::vector<std::string> names;
    names.reserve(places.size());
    for (const auto &[name, place] : places)
        names.push_back(name);
    auto near = nearest(link.target, names);
    throw usage_error(fmt::format("target {}: failed to find target {} for context {}",
                                  printable(target.name), printable(link.target),
                                  printable(link.context)),
                      near.empty() ? "" : fmt::format("did you mean '{}'?", printable(near)));
}

// Removes targets without remaining parents, until none is left to remove. The rest is on a cycle
// or depends on one.
std::vector<bool> left_by_order(const TargetGraph &graph) {
    std::vector<std::size_t> missing(graph.size()), ready;
    std::vector<bool> left(graph.size(), true);
    for (std::size_t i = 0; i < graph.size(); ++i) {
        missing[i] = graph.parents[i].size();
        if (missing[i] == 0)
            ready.push_back(i);
    }
    while (!ready.empty()) {
        auto target = ready.back();
        ready.pop_back();
        left[target] = false;
        for (auto child : graph.children[target])
            if (--missing[child] == 0)
                ready.push_back(child);
    }
    return left;
}

void check_no_cycle(const TargetGraph &graph, const std::vector<NamedTarget> &targets) {
    auto left = left_by_order(graph);
    for (std::size_t start = 0; start < graph.size(); ++start) {
        if (!left[start])
            continue;
        // Each remaining target has a remaining parent, so following parents leads to a cycle.
        std::vector<std::size_t> path = {start};
        std::set<std::size_t> seen = {start};
        for (;;) {
            const auto &parents = graph.parents[path.back()];
            auto next = *std::find_if(parents.begin(), parents.end(),
                                      [&left](auto parent) { return left[parent]; });
            path.push_back(next);
            if (!seen.insert(next).second)
                break;
        }
        path.erase(path.begin(), std::find(path.begin(), path.end(), path.back()));
        std::vector<std::string> names;
        names.reserve(path.size());
        for (auto place : path)
            names.push_back(printable(targets[place].name));
        throw usage_error("targets depend on each other: " + join(names, " -> "),
                          "remove one of these target: contexts");
    }
}

} // namespace

TargetGraph read_links(const std::vector<NamedTarget> &targets) {
    auto places = places_of(targets);
    std::vector<std::set<std::size_t>> parents(targets.size()), children(targets.size());
    for (std::size_t i = 0; i < targets.size(); ++i)
        for (const auto &link : targets[i].links) {
            auto parent = find_target(places, targets[i], link);
            parents[i].insert(parent);
            children[parent].insert(i);
        }
    TargetGraph graph;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        graph.parents.emplace_back(parents[i].begin(), parents[i].end());
        graph.children.emplace_back(children[i].begin(), children[i].end());
    }
    check_no_cycle(graph, targets);
    return graph;
}

std::vector<builder::SpreadGroup> spread_groups(const std::vector<NamedTarget> &targets) {
    auto graph = read_links(targets);
    std::vector<builder::SpreadGroup> groups;
    std::vector<bool> seen(targets.size());
    for (std::size_t i = 0; i < targets.size(); ++i) {
        if (seen[i] || !targets[i].options.call.empty())
            continue;
        std::vector<std::size_t> members;
        auto add = [&](std::size_t target) {
            if (!seen[target])
                members.push_back(target);
            seen[target] = true;
        };
        add(i);
        auto name = targets[i].name;
        for (std::size_t next = 0; next < members.size(); ++next) {
            auto member = members[next];
            name = std::min(name, targets[member].name);
            for (const auto *linked : {&graph.parents[member], &graph.children[member]})
                std::for_each(linked->begin(), linked->end(), add);
        }
        groups.push_back({.name = std::move(name), .builds = std::move(members)});
    }
    return groups;
}

} // namespace berth::job
