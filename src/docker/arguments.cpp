// SPDX-License-Identifier: Apache-2.0
#include "berth/docker/arguments.hpp"

#include <fmt/format.h>

namespace berth::docker {

namespace {

void add_container(std::vector<std::string> &arguments, const ContainerSpec &spec,
                   Flavour flavour) {
    auto add = [&arguments](const std::string &flag, const std::string &value) {
        if (!value.empty()) {
            arguments.push_back(flag);
            arguments.push_back(value);
        }
    };
    auto add_number = [&add](const std::string &flag, std::int64_t value) {
        if (value != 0)
            add(flag, std::to_string(value));
    };
    add("--name", spec.name);
    arguments.insert(arguments.end(), {"--privileged", "--init"});
    add("--restart", spec.restart_policy);
    if (!spec.state_volume.empty())
        add("--mount", fmt::format("type=volume,source={},target={}", spec.state_volume,
                                   spec.state_directory));
    add("--network", spec.network);
    add("--cgroup-parent", spec.cgroup_parent);
    add("--userns", spec.userns);
    add_number("--memory", spec.memory);
    add_number("--memory-swap", spec.memory_swap);
    add_number("--cpu-quota", spec.cpu_quota);
    add_number("--cpu-period", spec.cpu_period);
    add_number("--cpu-shares", spec.cpu_shares);
    add("--cpuset-cpus", spec.cpuset_cpus);
    add("--cpuset-mems", spec.cpuset_mems);
    if (spec.all_gpus)
        add("--gpus", "all");
    for (const auto &variable : spec.environment)
        add("--env", variable);
    for (const auto &[host, inside] : spec.read_only_binds)
        add("--mount", fmt::format("type=bind,source={},target={},readonly", host, inside));
    arguments.insert(arguments.end(), spec.extra_arguments.begin(), spec.extra_arguments.end());
    arguments.push_back(image_name(flavour, spec.image));
    arguments.insert(arguments.end(), spec.arguments.begin(), spec.arguments.end());
}

} // namespace

std::vector<std::string> run_arguments(const ContainerSpec &spec, Flavour flavour) {
    // An earlier step pulled the image, or found it locally.
    std::vector<std::string> arguments = {"run", "--detach"};
    add_container(arguments, spec, flavour);
    return arguments;
}

std::vector<std::string> create_arguments(const ContainerSpec &spec, Flavour flavour) {
    std::vector<std::string> arguments = {"create"};
    add_container(arguments, spec, flavour);
    return arguments;
}

std::vector<std::string> program_run_arguments(const ProgramRun &run, Flavour flavour) {
    std::vector<std::string> arguments = {"run", "--rm", "--init"};
    if (run.interactive)
        arguments.emplace_back("-i");
    if (!run.network.empty())
        arguments.insert(arguments.end(), {"--network", run.network});
    for (const auto &mount : run.mounts)
        arguments.insert(
            arguments.end(),
            {"--mount", fmt::format("type=bind,source={},target={}{}", mount.source, mount.target,
                                    mount.read_only ? ",readonly" : "")});
    arguments.insert(arguments.end(),
                     {"--entrypoint", run.program, image_name(flavour, run.image)});
    arguments.insert(arguments.end(), run.arguments.begin(), run.arguments.end());
    return arguments;
}

std::vector<std::string> inspect_container_arguments(const std::vector<std::string> &names,
                                                     Flavour flavour) {
    std::vector<std::string> arguments = {"container", "inspect"};
    if (flavour == Flavour::docker)
        arguments.insert(
            arguments.end(),
            {"--format",
             R"({"Id":{{json .Id}},"Name":{{json .Name}},"State":{{json .State}},)"
             R"("Reference":{{json .Config.Image}},"Image":{{json .Image}},"Mounts":{{json .Mounts}}})"});
    arguments.insert(arguments.end(), names.begin(), names.end());
    return arguments;
}

std::vector<std::string> inspect_image_arguments(const std::vector<std::string> &references,
                                                 Flavour flavour) {
    std::vector<std::string> arguments = {"image", "inspect"};
    if (flavour == Flavour::docker)
        arguments.insert(arguments.end(), {"--format", "{{json .}}"});
    arguments.insert(arguments.end(), references.begin(), references.end());
    return arguments;
}

} // namespace berth::docker
