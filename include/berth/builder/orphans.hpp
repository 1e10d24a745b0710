// SPDX-License-Identifier: Apache-2.0
// Containers and state volumes of removed builders: they are on an engine but in no store.
#pragma once

#include "berth/docker/docker.hpp"
#include "berth/store/builder_record.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace berth::builder {

// The inverse of container_name() and volume_name(); nothing if `name` is not such a name of a
// valid node.
std::optional<std::string> node_of_container(std::string_view name);
std::optional<std::string> node_of_volume(std::string_view name);

// The names of all nodes, in lower case: docker buildx keeps the case of some.
std::set<std::string> known_nodes(const std::vector<store::BuilderRecord> &records);

struct Orphans {
    std::vector<docker::ListedContainer> containers;
    std::vector<std::string> volumes;
    bool empty() const { return containers.empty() && volumes.empty(); }
};

// The two commands that list the containers and volumes of builders on an engine, and those that no
// known node owns, by name.
std::vector<process::Command> orphan_commands(const docker::Docker &docker);
Orphans find_orphans(const std::vector<docker::ListedContainer> &containers,
                     const std::vector<std::string> &volumes, const std::set<std::string> &known);

} // namespace berth::builder
