// One node of a builder: its names, its state, and its life: boot, stop, remove.
#pragma once

#include "berth/builder/driver_options.hpp"
#include "berth/docker/docker.hpp"
#include "berth/process/cancellation.hpp"
#include "berth/progress/display.hpp"
#include "berth/store/builder_record.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace berth::builder {

inline constexpr const char *default_image = "moby/buildkit:buildx-stable-1";

std::string container_name(const std::string &node); // buildx_buildkit_<node>
std::string volume_name(const std::string &node);    // buildx_buildkit_<node>_state

// The container that a node asks for on that engine; pure.
docker::ContainerSpec container_spec(const store::NodeRecord &node,
                                     const docker::EngineInfo &engine);

// The files that go into the container before its first start, by absolute path: the config with
// certificate paths rewritten, and the certificates (facts: /etc/buildkit/certs/<host>/).
std::map<std::string, std::string> container_files(const store::NodeRecord &node);

// What only a running buildkitd can tell, and does not change while it runs.
struct WorkerInfo {
    std::string version; // third field of `buildkitd --version`
    std::vector<std::string> platforms;
    std::map<std::string, std::string> labels;
    struct GcPolicy {
        bool all = false;
        std::vector<std::string> filters;
        std::int64_t keep_duration_ns = 0, reserved_space = 0, max_used_space = 0,
                     min_free_space = 0;
    };
    std::vector<GcPolicy> gc_policies;
};

// Remembers WorkerInfo by container id and start time, in a file of the user's cache folder
// (${XDG_CACHE_HOME:-~/.cache}/berth/workers/<container id>.json), so that `ls` needs no exec.
class WorkerCache {
  public:
    explicit WorkerCache(std::filesystem::path directory) : directory_(std::move(directory)) {}
    std::optional<WorkerInfo> find(const docker::Container &container) const; // broken file: none
    void save(const docker::Container &container, const WorkerInfo &info) const; // never throws
    void remove(const docker::Container &container) const;

  private:
    std::filesystem::path directory_;
};

// The one `docker exec` that asks a running builder for its WorkerInfo, and its answer.
process::Command worker_command(const docker::Docker &docker, const std::string &container);
WorkerInfo parse_worker_info(const std::string &output);

// What life-cycle calls need of the program around them.
struct Surroundings {
    const process::Cancellation &cancellation;
    WorkerCache &workers;
    progress::Task::Clock now;
    std::chrono::milliseconds boot_timeout{std::chrono::seconds(20)}; // until buildkitd answers
};

// Makes sure that the node runs and answers: nothing when it does, start when it is stopped, else
// pull, volume, container, start, wait; with the log of docker buildx in `display`. What a failed
// boot made is removed again (not a volume that was there before).
void boot(const docker::Docker &docker, const store::NodeRecord &node, progress::Display &display,
          const Surroundings &surroundings);
void stop(const docker::Docker &docker, const store::NodeRecord &node);
// Finds the container and the volume, whichever exist.
void remove(const docker::Docker &docker, const store::NodeRecord &node, bool keep_state,
            bool keep_daemon);

} // namespace berth::builder
