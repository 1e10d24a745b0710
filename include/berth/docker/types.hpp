// SPDX-License-Identifier: Apache-2.0
// Types for input and output of the docker CLI, without its JSON.
#pragma once

#include "berth/util/units.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace berth::docker {

struct Container {
    std::string id, name;
    // created, running, paused, restarting, removing, exited, dead
    std::string status;
    int exit_code = 0;
    bool out_of_memory = false;
    std::string error = {};
    std::string started_at = {}; // in docker's form; with the ID it identifies a run
    std::string image = {};      // as requested
    std::string image_id = {};
    std::map<std::string, std::string> volumes = {}; // mount point to volume name
};

struct ListedContainer {
    std::string name;
    std::string status; // for people: "Up 3 hours"
};

struct Image {
    std::string id; // classic store: config digest; containerd store: manifest digest
    std::vector<std::string> tags = {};
    std::vector<std::string> diff_ids = {};
    std::string descriptor_digest = {}; // containerd store only
    // NAME@DIGEST in registries it was pulled from or pushed to; containerd store: of every image.
    std::vector<std::string> repository_digests = {};
    std::string platform = {}; // os/architecture[/variant]
    // Bytes; containerd store: of the content that is there, and of what is unpacked. 0: unknown.
    std::int64_t size = 0;
};

struct EngineInfo {
    std::string server_version, cgroup_driver, os_type, architecture;
    std::vector<std::string> security_options = {};
    std::vector<std::string> errors = {}; // the engine's error; no other field is set then
    bool containerd_store = false;        // DriverStatus has io.containerd.snapshotter.v1
    bool has_gpus = false;
    std::string driver = {}, cgroup_version = {}, root = {}, operating_system = {};
    std::string http_proxy = {}, https_proxy = {};
    std::vector<std::string> mirrors = {};             // of Docker Hub
    std::vector<std::string> insecure_registries = {}; // plain HTTP, or any certificate
    std::vector<std::string> warnings = {};            // of the engine's own
};

// Versions of the program and of the engine; empty: unknown.
struct Versions {
    std::string client, server;
};

// The container of a builder, for `docker run` and `docker create`.
struct ContainerSpec {
    std::string name, image;
    std::vector<std::string> arguments = {}; // of buildkitd
    std::string state_volume = {};           // mounted on state_directory
    std::string state_directory = "/var/lib/buildkit";
    std::string restart_policy = "unless-stopped";
    std::string network = {}, cgroup_parent = {}, userns = {};
    // Memory in bytes, 0: not given; swap -1: without limit.
    std::int64_t memory = 0, memory_swap = 0;
    std::int64_t cpu_quota = 0, cpu_period = 0, cpu_shares = 0;
    std::string cpuset_cpus = {}, cpuset_mems = {};
    bool all_gpus = false;
    std::vector<std::string> environment = {}; // KEY=VALUE
    std::vector<std::pair<std::string, std::string>> read_only_binds =
        {};                                        // host path, container path
    std::vector<std::string> extra_arguments = {}; // --run-arg, as given
    std::string client_config = {}; // DOCKER_CONFIG of that command; empty: the user's
};

// Mounts a path of the engine's machine in a container. Neither path may contain a comma.
struct BindMount {
    std::string source, target;
    bool read_only = false;
};

// A container for one run of a program, removed when that ends.
struct ProgramRun {
    std::string image, program;
    std::vector<std::string> arguments = {};
    std::string network = {};
    std::vector<BindMount> mounts = {};
    bool interactive = false; // reads standard input
};

} // namespace berth::docker
