// SPDX-License-Identifier: Apache-2.0
// Disk usage of a builder's cache, and pruning it, by BuildKit's API.
#pragma once

#include "berth/docker/docker.hpp"
#include "berth/store/builder_record.hpp"
#include "berth/util/units.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace berth::builder {

// One record of BuildKit's cache.
struct UsageRecord {
    std::string id;
    bool is_mutable = false, in_use = false, shared = false;
    std::int64_t size = 0;              // bytes; negative: unknown to BuildKit
    std::optional<Time> created = {};   // nothing: Go's zero time
    std::optional<Time> last_used = {}; // nothing: never
    std::int64_t usage_count = 0;
    std::vector<std::string> parents = {};   // ids
    std::string description = {}, type = {}; // type: regular, source.local, exec.cachemount …
};

// `--filter` values, each NAME=VALUE, as docker buildx 0.29.1 reads them: id=X finds ids with X in
// them, NAME~=X and NAME!=X pass unchanged, NAME=X means equal, and `until` (or `unused-for`) is a
// time.
struct UsageFilter {
    std::string text = {}; // in BuildKit's form, combined with AND; empty: everything
    std::chrono::nanoseconds keep_duration{0}; // until: keeps records used in that time
    bool given = false;
};
// Throws a usage error that names the value, with docker buildx's message.
UsageFilter parse_usage_filter(const std::vector<std::string> &values);

struct PruneRequest {
    UsageFilter filter = {};
    bool all = false; // internal and frontend images, too
    // Bytes; 0: not given.
    std::int64_t reserved_space = 0, max_used_space = 0, min_free_space = 0;
    // Whether it differs from the default.
    bool limited() const {
        return filter.given || all || reserved_space != 0 || max_used_space != 0 ||
               min_free_space != 0;
    }
};

// Arguments of the equivalent buildctl command, for --dry-run.
std::vector<std::string> usage_arguments(const UsageFilter &filter);
std::vector<std::string> prune_arguments(const PruneRequest &request);

// Asks a builder's BuildKit, which must begin to answer within `timeout` (zero: no limit). Throws
// Error: builder_unavailable if it does not, or its container is missing or does not run; otherwise
// with BuildKit's or docker's message. Records sorted by size, then by ID, like docker buildx.
std::vector<UsageRecord> disk_usage(const docker::Docker &docker, const store::NodeRecord &node,
                                    const std::string &builder, const UsageFilter &filter,
                                    std::chrono::milliseconds timeout = {});
// Calls `removed` for each removed record.
void prune(const docker::Docker &docker, const store::NodeRecord &node, const std::string &builder,
           const PruneRequest &request, const std::function<void(UsageRecord)> &removed,
           std::chrono::milliseconds timeout = {});

} // namespace berth::builder
