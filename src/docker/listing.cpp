// SPDX-License-Identifier: Apache-2.0
// Lists objects of an engine by the prefix of their names.
#include "berth/docker/docker.hpp"
#include "berth/util/strings.hpp"

namespace berth::docker {

using process::Command;
using process::Effect;
using process::Outcome;

Command Docker::list_containers_command(const std::string &prefix) const {
    return command({"container", "ls", "--all", "--filter", "name=^/?" + prefix, "--format",
                    "{{.Names}}\t{{.Status}}"},
                   Effect::query);
}

std::vector<ListedContainer> Docker::read_container_list(const Command &command,
                                                         const Outcome &outcome) {
    check(command, outcome);
    std::vector<ListedContainer> containers;
    for (const auto &line : split(outcome.out, '\n')) {
        auto cells = split(line, '\t');
        if (!cells.front().empty())
            containers.push_back(
                {.name = cells.front(), .status = cells.size() > 1 ? cells[1] : ""});
    }
    return containers;
}

Command Docker::list_volumes_command(const std::string &prefix) const {
    return command({"volume", "ls", "--quiet", "--filter", "name=^" + prefix}, Effect::query);
}

std::vector<std::string> Docker::read_volume_list(const Command &command, const Outcome &outcome) {
    check(command, outcome);
    std::vector<std::string> names;
    for (const auto &line : split(outcome.out, '\n'))
        if (auto name = trim(line); !name.empty())
            names.emplace_back(name);
    return names;
}

} // namespace berth::docker
