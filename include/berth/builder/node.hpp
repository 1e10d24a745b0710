// SPDX-License-Identifier: Apache-2.0
// One node of a builder: its names, its state, and its life: boot, stop, remove.
#pragma once

#include "berth/builder/driver_options.hpp"
#include "berth/builder/worker.hpp"
#include "berth/docker/docker.hpp"
#include "berth/process/cancellation.hpp"
#include "berth/progress/display.hpp"
#include "berth/store/builder_record.hpp"

#include <chrono>
#include <filesystem>
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
// Did it end by itself, and not since somebody stopped it? A stopped buildkitd gives exit code 1,
// as one that cannot start does; that one is told by its restarts, and else by its log.
bool ended_badly(const docker::Container &container);

// The container that a node asks for on that engine; pure.
docker::ContainerSpec container_spec(const store::NodeRecord &node,
                                     const docker::EngineInfo &engine);
// The node's files by their absolute path in the container.
std::map<std::string, std::string> container_files(const store::NodeRecord &node);

// What life-cycle calls need of the program around them.
struct Surroundings {
    const process::Cancellation &cancellation;
    const WorkerCache &workers;
    progress::Task::Clock now;
    std::chrono::milliseconds boot_timeout{std::chrono::seconds(20)}; // until buildkitd answers
    // The docker CLI's configuration; its proxies are kept out of the container. Empty: none.
    std::filesystem::path docker_config = {};
    // Folders of the engine's machine that every container gets: host path, in it.
    std::vector<std::pair<std::string, std::string>> read_only_binds = {};
};

// Makes sure that the node runs and answers: nothing when it does, start when it is stopped, else
// pull, volume, container, start, wait; with the log of docker buildx in `display`. What a failed
// boot made is removed again (not a volume that was there before).
void boot(const docker::Docker &docker, const store::NodeRecord &node, progress::Display &display,
          const Surroundings &surroundings);
// A remote BuildKit is not ours to stop or remove: these leave it alone.
void stop(const docker::Docker &docker, const store::NodeRecord &node);
// Makes the node's container anew, as `node` says now, on the same state; `boots`: and boots it,
// else that is left to whoever needs it. When it does not boot, the container of before is back,
// and runs if it did.
void replace(const docker::Docker &docker, const store::NodeRecord &node, bool boots,
             progress::Display &display, const Surroundings &surroundings);
// Finds the container and the volume, whichever exist.
void remove(const docker::Docker &docker, const store::NodeRecord &node, bool keep_state,
            bool keep_daemon);

} // namespace berth::builder
