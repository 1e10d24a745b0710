// SPDX-License-Identifier: Apache-2.0
// The container of a node on an engine. It must equal docker buildx's container (observed with
// 0.29.1 in `docker inspect`).
#include "berth/builder/node.hpp"

#include <algorithm>

namespace berth::builder {

std::string container_name(const std::string &node) {
    return "buildx_buildkit_" + node;
}

std::string volume_name(const std::string &node) {
    return container_name(node) + "_state";
}

docker::ContainerSpec container_spec(const store::NodeRecord &node,
                                     const docker::EngineInfo &engine) {
    auto options = read_driver_options(node.driver_options.value_or(OptionMap()));
    docker::ContainerSpec spec;
    spec.name = container_name(node.name);
    spec.state_volume = volume_name(node.name);
    spec.image = options.image.empty() ? default_image : options.image;
    spec.restart_policy = options.restart_policy;
    spec.network = options.network;
    // All builders share a parent cgroup, so that limits can apply to all builds.
    if (engine.cgroup_driver == "cgroupfs")
        spec.cgroup_parent =
            options.cgroup_parent.empty() ? "/docker/buildx" : options.cgroup_parent;
    bool remapped = std::any_of(
        engine.security_options.begin(), engine.security_options.end(),
        [](const auto &option) { return option == "userns" || option.starts_with("name=userns"); });
    if (remapped)
        spec.userns = "host";
    spec.all_gpus = engine.has_gpus;
    spec.memory = options.memory;
    spec.memory_swap = options.memory_swap;
    spec.cpu_quota = options.cpu_quota;
    spec.cpu_period = options.cpu_period;
    spec.cpu_shares = options.cpu_shares;
    spec.cpuset_cpus = options.cpuset_cpus;
    spec.cpuset_mems = options.cpuset_mems;
    spec.environment = options.environment;
    spec.extra_arguments = node.run_arguments;
    if (node.files && node.files->contains(config_file))
        spec.arguments = {"--config", std::string(config_directory) + "/" + config_file};
    spec.arguments.insert(spec.arguments.end(), node.flags.begin(), node.flags.end());
    return spec;
}

std::map<std::string, std::string> container_files(const store::NodeRecord &node) {
    std::map<std::string, std::string> files;
    if (node.files)
        for (const auto &[name, content] : *node.files)
            files[std::string(config_directory) + "/" + name] = content;
    return files;
}

} // namespace berth::builder
