// SPDX-License-Identifier: Apache-2.0
// How targets depend on each other by their links.
#pragma once

#include "berth/job/targets.hpp"

#include <cstddef>
#include <vector>

namespace berth::job {

// By the targets' places in the list.
struct TargetGraph {
    // Whose results each target takes, and who takes its result: ascending, each once.
    std::vector<std::vector<std::size_t>> parents, children;

    std::size_t size() const { return parents.size(); }
    bool is_linked(std::size_t target) const {
        return !parents[target].empty() || !children[target].empty();
    }
};

// Throws a usage error for two targets of one name, a link to an unknown target, and a cycle, with
// its path.
TargetGraph read_links(const std::vector<NamedTarget> &targets);

} // namespace berth::job
