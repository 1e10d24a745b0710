// SPDX-License-Identifier: Apache-2.0
// Spreads the builds of one command, the targets of a bake, over nodes that suit them equally well:
// those that were created for the same platforms, and would be chosen if they came first. docker
// buildx gives all of them to the first such node (docker/buildx#3382).
#pragma once

#include "berth/builder/assign.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace berth::builder {

// Builds that use each other's results, so that one node must build them all.
struct SpreadGroup {
    std::string name;                // decides about its node
    std::vector<std::size_t> builds; // their places in the list of shares
};

// Moves groups to such nodes. The same group goes to the same node each time, so that it finds its
// cache, unless that node would get more than its share of these builds. Builds that are split over
// nodes stay where they are.
void spread(std::vector<std::vector<Share>> &shares, const std::vector<NodePlatforms> &nodes,
            const std::vector<SpreadGroup> &groups);

// Whether that needs to know the nodes' machines: builds without platforms suit nodes of the first
// one's kind.
bool spread_needs_workers(const std::vector<NodePlatforms> &nodes,
                          const std::vector<std::vector<store::Platform>> &wanted);

} // namespace berth::builder
