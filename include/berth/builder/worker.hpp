// SPDX-License-Identifier: Apache-2.0
// Properties of a running buildkitd, and their cache.
#pragma once

#include "berth/docker/docker.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::builder {

// Properties that only a running buildkitd reports, and that do not change while it runs.
struct WorkerInfo {
    std::string id, version;
    std::vector<std::string> platforms; // linux/arm64, linux/amd64/v2, …
    std::map<std::string, std::string> labels;
    struct GcPolicy {
        bool all = false;
        std::vector<std::string> filters;
        // Nanoseconds; bytes.
        std::int64_t keep_duration = 0, reserved_space = 0, max_used_space = 0, min_free_space = 0;
    };
    std::vector<GcPolicy> gc_policies;
    struct Device { // of the Container Device Interface
        std::string name;
        bool automatically_allowed = false, on_demand = false;
        std::map<std::string, std::string> annotations;
    };
    std::vector<Device> devices;
};

// The `docker exec` that queries a running builder, and its answer: buildctl's JSON of all workers,
// of which the first counts. Malformed JSON is an Error.
process::Command worker_command(const docker::Docker &docker, const std::string &container);
WorkerInfo parse_worker_info(const std::string &output);

// Remembers answers by container id and start time, as files <container id>.json in the user's
// cache directory, so that `ls` needs no exec.
class WorkerCache {
  public:
    explicit WorkerCache(std::filesystem::path directory) : directory_(std::move(directory)) {}

    // Nothing if it is missing, broken, or of another start.
    std::optional<WorkerInfo> find(const docker::Container &container) const;
    // `output` is what parse_worker_info() reads. Does nothing if the cache cannot be written.
    void save(const docker::Container &container, const std::string &output) const;
    void remove(const docker::Container &container) const;

  private:
    std::filesystem::path file(const docker::Container &container) const;
    std::filesystem::path directory_;
};

} // namespace berth::builder
