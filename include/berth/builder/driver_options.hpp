// SPDX-License-Identifier: Apache-2.0
// Driver options of the docker-container driver: parsed and checked at `create`, before anything is
// stored or started. A new option is a line in the table in driver_options.cpp, and a field of
// docker::ContainerSpec if it affects the container.
#pragma once

#include "berth/docker/types.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::builder {

using OptionMap = std::map<std::string, std::string>;

// `--driver-opt` values, each a CSV record of key=value, in the forms of docker buildx:
// a=1,b=2 / repeated / '"env.NO_PROXY=a,b"'. Throws a usage error that names the field.
OptionMap parse_driver_options(const std::vector<std::string> &values);

// Parses the options. Throws a usage error that names the key (with the nearest right one) or the
// value.
struct DriverOptions {
    std::string image; // empty: moby/buildkit:buildx-stable-1
    std::string network, cgroup_parent, restart_policy = "unless-stopped";
    std::int64_t memory = 0, memory_swap = 0, cpu_quota = 0, cpu_period = 0, cpu_shares = 0;
    std::string cpuset_cpus, cpuset_mems;
    std::vector<std::string> environment; // KEY=VALUE, by key
    bool default_load = false;
    bool provenance_add_gha = true;
    bool allow_untrusted_image = false;
};
DriverOptions read_driver_options(const OptionMap &options);

// All options by name, for help, completion and messages; env.KEY appears as "env.".
struct DriverOptionInfo {
    std::string name, description;
    std::string values; // `a|b|c`; the kind in capitals (SIZE, NUMBER, …)
};
const std::vector<DriverOptionInfo> &driver_options();

} // namespace berth::builder
