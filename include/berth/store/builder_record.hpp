// SPDX-License-Identifier: Apache-2.0
// A builder in the store: the JSON of docker buildx's `instances/<name>` (observed with 0.29.1), so
// that both programs read each other's builders.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::store {

struct Platform {
    std::string architecture, os;
    std::string variant = {}, os_version = {};
    std::vector<std::string> os_features = {};
    bool operator==(const Platform &) const = default;
};

struct NodeRecord {
    std::string name;     // container: buildx_buildkit_<name>
    std::string endpoint; // a docker context's name, or a host such as unix:///var/run/docker.sock
    std::optional<std::vector<Platform>> platforms = {};                   // null in the file
    std::optional<std::map<std::string, std::string>> driver_options = {}; // null in the file
    std::vector<std::string> flags = {}; // of buildkitd; null in the file if empty
    std::optional<std::map<std::string, std::string>> files = {}; // name to content (not base64)
    // `create --run-arg`; berth's own key RunArgs, written if not empty. docker buildx ignores it,
    // and drops it when it rewrites the record.
    std::vector<std::string> run_arguments = {};
    // For a builder with the driver `remote`: `endpoint` is the address of BuildKit. Not in the
    // file.
    bool remote = false;
};

struct BuilderRecord {
    std::string name;
    std::string driver = "docker-container";
    std::vector<NodeRecord> nodes = {};
    bool dynamic = false;
};

// Byte for byte in docker buildx's form.
std::string format_record(const BuilderRecord &record);
// Throws Error that names `place` and the invalid field.
BuilderRecord parse_record(std::string_view json, const std::string &place);

} // namespace berth::store
