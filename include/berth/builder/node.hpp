// SPDX-License-Identifier: Apache-2.0
// One node of a builder: its names, state and life cycle: start, stop, remove.
#pragma once

#include "berth/builder/driver_options.hpp"
#include "berth/builder/worker.hpp"
#include "berth/docker/docker.hpp"
#include "berth/process/cancellation.hpp"
#include "berth/progress/display.hpp"
#include "berth/store/builder_record.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace berth::builder {

inline constexpr const char *default_image = "moby/buildkit:buildx-stable-1";
inline constexpr const char *config_directory = "/etc/buildkit";
// Names in NodeRecord::files.
inline constexpr const char *config_file = "buildkitd.toml";
inline constexpr const char *ca_file = "certs.d/ca.pem"; // of `create --ca`

std::string container_name(const std::string &node); // buildx_buildkit_<node>
std::string volume_name(const std::string &node);    // buildx_buildkit_<node>_state

// Its driver option default-load. Throws a usage error for a bad option.
bool loads_by_default(const store::NodeRecord &node);

// "exit code 3, out of memory", for a container that does not run.
std::string how_it_ended(const docker::Container &container);
// Whether it ended unexpectedly, rather than being stopped. buildkitd exits with 1 both when it is
// stopped and when it cannot start; restarts and the log distinguish the two.
bool ended_badly(const docker::Container &container);

// The container of a node on that engine; pure.
docker::ContainerSpec container_spec(const store::NodeRecord &node,
                                     const docker::EngineInfo &engine);
// The node's files by their absolute path in the container.
std::map<std::string, std::string> container_files(const store::NodeRecord &node);

// The environment of life-cycle calls.
struct Surroundings {
    const process::Cancellation &cancellation;
    const WorkerCache &workers;
    progress::Task::Clock now;
    std::chrono::milliseconds boot_timeout{std::chrono::seconds(20)}; // until buildkitd answers
    // The docker CLI's configuration; its proxies stay out of the container. Empty: none.
    std::filesystem::path docker_config = {};
    // Directories of the engine's machine to mount in every container: host path, container path.
    std::vector<std::pair<std::string, std::string>> read_only_binds = {};
    // The GitHub workflow as JSON (github_context.hpp), for the provenance of a new builder's
    // images; empty: none. Asked when a container is created.
    std::function<std::string()> workflow = {};
    bool default_policy = false; // BUILDX_DEFAULT_POLICY: verify docker's own images
};

// Makes sure that the node runs and answers: starts a stopped container, or pulls the image,
// creates volume and container, starts it and waits. Draws docker buildx's steps in `display`. If
// the boot fails, everything it created is removed again, but not a volume that existed before.
void boot(const docker::Docker &docker, const store::NodeRecord &node, progress::Display &display,
          const Surroundings &surroundings);
// These do nothing for a remote BuildKit, which is not berth's to stop or remove.
void stop(const docker::Docker &docker, const store::NodeRecord &node);
// Recreates the node's container from `node` on the same state. `boots`: also starts it. If it does
// not start, the old container is restored, running if it ran before.
void replace(const docker::Docker &docker, const store::NodeRecord &node, bool boots,
             progress::Display &display, const Surroundings &surroundings);
// Removes the container and the volume, if they exist.
void remove(const docker::Docker &docker, const store::NodeRecord &node, bool keep_state,
            bool keep_daemon);

} // namespace berth::builder
