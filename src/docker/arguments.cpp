// SPDX-License-Identifier: Apache-2.0
#include "berth/docker/arguments.hpp"

#include <fmt/format.h>

namespace berth::docker {

namespace {

void add_container(std::vector<std::string> &words, const ContainerSpec &spec, Flavour flavour) {
    auto add = [&words](const std::string &flag, const std::string &value) {
        if (!value.empty()) {
            words.push_back(flag);
            words.push_back(value);
        }
    };
    auto add_number = [&add](const std::string &flag, std::int64_t value) {
        if (value != 0)
            add(flag, std::to_string(value));
    };
    add("--name", spec.name);
    words.insert(words.end(), {"--privileged", "--init"});
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
    words.insert(words.end(), spec.extra_arguments.begin(), spec.extra_arguments.end());
    words.push_back(image_name(flavour, spec.image));
    words.insert(words.end(), spec.arguments.begin(), spec.arguments.end());
}

} // namespace

std::vector<std::string> run_arguments(const ContainerSpec &spec, Flavour flavour) {
    // An earlier step pulled the image, or found it locally.
    std::vector<std::string> words = {"run", "--detach"};
    add_container(words, spec, flavour);
    return words;
}

std::vector<std::string> create_arguments(const ContainerSpec &spec, Flavour flavour) {
    std::vector<std::string> words = {"create"};
    add_container(words, spec, flavour);
    return words;
}

std::vector<std::string> program_run_arguments(const ProgramRun &run, Flavour flavour) {
    std::vector<std::string> words = {"run", "--rm", "--init"};
    if (run.interactive)
        words.emplace_back("-i");
    if (!run.network.empty())
        words.insert(words.end(), {"--network", run.network});
    for (const auto &mount : run.mounts)
        words.insert(words.end(),
                     {"--mount", fmt::format("type=bind,source={},target={}{}", mount.source,
                                             mount.target, mount.read_only ? ",readonly" : "")});
    words.insert(words.end(), {"--entrypoint", run.program, image_name(flavour, run.image)});
    words.insert(words.end(), run.arguments.begin(), run.arguments.end());
    return words;
}

std::vector<std::string> inspect_container_arguments(const std::vector<std::string> &names,
                                                     Flavour flavour) {
    std::vector<std::string> words = {"container", "inspect"};
    if (flavour == Flavour::docker)
        words.insert(
            words.end(),
            {"--format",
             R"({"Id":{{json .Id}},"Name":{{json .Name}},"State":{{json .State}},)"
             R"("Reference":{{json .Config.Image}},"Image":{{json .Image}},"Mounts":{{json .Mounts}}})"});
    words.insert(words.end(), names.begin(), names.end());
    return words;
}

std::vector<std::string> inspect_image_arguments(const std::vector<std::string> &references,
                                                 Flavour flavour) {
    std::vector<std::string> words = {"image", "inspect"};
    if (flavour == Flavour::docker)
        words.insert(words.end(), {"--format", "{{json .}}"});
    words.insert(words.end(), references.begin(), references.end());
    return words;
}

} // namespace berth::docker
