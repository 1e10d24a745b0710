// SPDX-License-Identifier: Apache-2.0
#include "berth/builder/orphans.hpp"

#include "berth/builder/node.hpp"
#include "berth/store/store.hpp"
#include "berth/util/strings.hpp"

#include <algorithm>

namespace berth::builder {

namespace {

constexpr std::string_view prefix = "buildx_buildkit_", volume_suffix = "_state";

std::optional<std::string> node_between(std::string_view name, std::string_view suffix) {
    if (name.size() <= prefix.size() + suffix.size() || !name.starts_with(prefix) ||
        !name.ends_with(suffix))
        return std::nullopt;
    name.remove_prefix(prefix.size());
    name.remove_suffix(suffix.size());
    return store::is_valid_name(name) ? std::optional(std::string(name)) : std::nullopt;
}

bool is_orphan(const std::optional<std::string> &node, const std::set<std::string> &known) {
    return node && !known.contains(lower(*node));
}

} // namespace

std::optional<std::string> node_of_container(std::string_view name) {
    return node_between(name, "");
}

std::optional<std::string> node_of_volume(std::string_view name) {
    return node_between(name, volume_suffix);
}

std::set<std::string> known_nodes(const std::vector<store::BuilderRecord> &records) {
    std::set<std::string> names;
    for (const auto &record : records)
        for (const auto &node : record.nodes)
            names.insert(lower(node.name));
    return names;
}

std::vector<process::Command> orphan_commands(const docker::Docker &docker) {
    return {docker.list_containers_command(std::string(prefix)),
            docker.list_volumes_command(std::string(prefix))};
}

Orphans find_orphans(const std::vector<docker::ListedContainer> &containers,
                     const std::vector<std::string> &volumes, const std::set<std::string> &known) {
    Orphans orphans;
    for (const auto &container : containers)
        if (is_orphan(node_of_container(container.name), known))
            orphans.containers.push_back(container);
    for (const auto &volume : volumes)
        if (is_orphan(node_of_volume(volume), known))
            orphans.volumes.push_back(volume);
    std::sort(orphans.containers.begin(), orphans.containers.end(),
              [](const auto &left, const auto &right) { return left.name < right.name; });
    std::sort(orphans.volumes.begin(), orphans.volumes.end());
    return orphans;
}

} // namespace berth::builder
