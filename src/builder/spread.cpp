// SPDX-License-Identifier: Apache-2.0
#include "berth/builder/spread.hpp"

#include "berth/builder/platform.hpp"
#include "berth/util/encoding.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace berth::builder {

namespace {

using Numbers = std::vector<std::size_t>; // of nodes, ascending

bool same_machine(const NodePlatforms &one, const NodePlatforms &other) {
    return !one.worker.empty() && !other.worker.empty() &&
           normal_platform(one.worker.front()) == normal_platform(other.worker.front());
}

bool chosen_if_first(std::vector<NodePlatforms> nodes, std::size_t number,
                     const std::vector<store::Platform> &platforms) {
    auto node = nodes.begin() + static_cast<std::ptrdiff_t>(number);
    std::rotate(nodes.begin(), node, node + 1);
    auto shares = assign_platforms(nodes, platforms);
    return shares.size() == 1 && shares.front().node == 0;
}

Numbers nodes_for(const std::vector<NodePlatforms> &nodes, const Share &share) {
    const auto &own = nodes[share.node];
    Numbers numbers;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        bool suits = share.platforms.empty() ? same_machine(own, nodes[i])
                                             : chosen_if_first(nodes, i, share.platforms);
        if (i == share.node || (nodes[i].pinned == own.pinned && suits))
            numbers.push_back(i);
    }
    return numbers;
}

// That suit all builds of the group.
Numbers nodes_for(const std::vector<NodePlatforms> &nodes,
                  const std::vector<std::vector<Share>> &shares, const SpreadGroup &group) {
    Numbers common;
    for (auto build : group.builds) {
        if (shares[build].size() != 1)
            return {};
        auto numbers = nodes_for(nodes, shares[build].front());
        if (build == group.builds.front()) {
            common = std::move(numbers);
            continue;
        }
        Numbers both;
        std::set_intersection(common.begin(), common.end(), numbers.begin(), numbers.end(),
                              std::back_inserter(both));
        common = std::move(both);
    }
    return common;
}

std::size_t place_of(const std::string &name, std::size_t count) {
    constexpr int hexadecimal = 16, digits = 8;
    return std::stoul(sha256_hex(name).substr(0, digits), nullptr, hexadecimal) % count;
}

} // namespace

void spread(std::vector<std::vector<Share>> &shares, const std::vector<NodePlatforms> &nodes,
            const std::vector<SpreadGroup> &groups) {
    std::vector<Numbers> choices;
    std::map<Numbers, std::size_t> builds; // for which the same nodes are suitable
    for (const auto &group : groups)
        builds[choices.emplace_back(nodes_for(nodes, shares, group))] += group.builds.size();
    Numbers load(nodes.size());
    for (std::size_t i = 0; i < groups.size(); ++i) {
        auto &choice = choices[i];
        if (choice.size() < 2)
            continue;
        auto most = (builds[choice] + choice.size() - 1) / choice.size();
        auto first = place_of(groups[i].name, choice.size());
        std::rotate(choice.begin(), choice.begin() + static_cast<std::ptrdiff_t>(first),
                    choice.end());
        auto size = groups[i].builds.size();
        auto node = std::find_if(choice.begin(), choice.end(),
                                 [&](auto number) { return load[number] + size <= most; });
        if (node == choice.end())
            node = std::min_element(choice.begin(), choice.end(),
                                    [&](auto one, auto other) { return load[one] < load[other]; });
        load[*node] += size;
        for (auto build : groups[i].builds)
            shares[build].front().node = *node;
    }
}

bool spread_needs_workers(const std::vector<NodePlatforms> &nodes,
                          const std::vector<std::vector<store::Platform>> &wanted) {
    return std::any_of(wanted.begin(), wanted.end(),
                       [](const auto &platforms) { return platforms.empty(); }) &&
           std::any_of(nodes.begin() + 1, nodes.end(),
                       [&](const auto &node) { return node.pinned == nodes.front().pinned; });
}

} // namespace berth::builder
