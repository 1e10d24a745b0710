// SPDX-License-Identifier: Apache-2.0
// What is built side by side: each target, or each part of it where several nodes share it.
#pragma once

#include "berth/job/targets.hpp"

#include "target_links.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace berth::job {

struct Unit {
    std::size_t target = 0; // its place in the list of targets
    std::size_t node = 0;   // that of nodes
    std::size_t part = 0, parts = 1;

    bool whole() const { return parts == 1; }
};

// In the order of targets, and of their parts. A target that is only evaluated (--call) is one
// part: its answer is that of the first.
std::vector<Unit> units_of(const std::vector<NamedTarget> &targets);

// The links between them: a part takes the result that the same node built. Throws a usage error
// for a link to a target that the node builds no part of.
TargetGraph link_units(const std::vector<NamedTarget> &targets, const std::vector<Unit> &units);

// The unit of target `name` on that node.
std::optional<std::size_t> find_unit(const std::vector<NamedTarget> &targets,
                                     const std::vector<Unit> &units, const std::string &name,
                                     std::size_t node);

// The node's name, or the target's, or both, whatever tells it from the other units.
std::string unit_name(const std::vector<NamedTarget> &targets, const Unit &unit,
                      const std::string &node);

// Of a target, by its parts: it failed when one did.
TargetOutcome outcome_of_parts(const std::vector<const TargetOutcome *> &parts);

} // namespace berth::job
