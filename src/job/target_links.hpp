// SPDX-License-Identifier: Apache-2.0
// Dependencies between targets by their links.
#pragma once

#include "berth/job/targets.hpp"

#include <cstddef>
#include <vector>

namespace berth::job {

// Targets are numbered by their place in the list.
struct TargetGraph {
    // The targets whose results each target uses, and those that use its result: ascending, without
    // duplicates.
    std::vector<std::vector<std::size_t>> parents, children;

    std::size_t size() const { return parents.size(); }
    bool is_linked(std::size_t target) const {
        return !parents[target].empty() || !children[target].empty();
    }
};

// Throws a usage error for duplicate names, a link to an unknown target, and a cycle, with its
// path.
TargetGraph read_links(const std::vector<NamedTarget> &targets);

} // namespace berth::job
