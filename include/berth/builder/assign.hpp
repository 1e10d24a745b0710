// SPDX-License-Identifier: Apache-2.0
// Which node of a builder builds which platforms, by docker buildx's rules: each platform goes to
// the node that fits it best, the earlier one of equals; then each node builds its platforms at
// once. A node that runs a platform natively comes before one that emulates it.
#pragma once

#include "berth/store/builder_record.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace berth::builder {

struct NodePlatforms {
    std::vector<store::Platform> pinned = {}; // `create --platform`
    // What its BuildKit reports, its own machine's first; empty: not known.
    std::vector<store::Platform> worker = {};
};

struct Share {
    std::size_t node = 0;
    std::vector<store::Platform> platforms = {}; // in the order of the command line
    bool operator==(const Share &) const = default;
};

// By pinned platforms alone, which must be the very platforms; nothing when one is not pinned.
// Without platforms it is the first node's build.
std::optional<std::vector<Share>> assign_pinned(const std::vector<NodePlatforms> &nodes,
                                                const std::vector<store::Platform> &platforms);

// By all that the nodes can run; a node for linux/arm/v7 runs linux/arm/v6, too. What none can run
// goes to the first.
std::vector<Share> assign_platforms(const std::vector<NodePlatforms> &nodes,
                                    const std::vector<store::Platform> &platforms);

} // namespace berth::builder
