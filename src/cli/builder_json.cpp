// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/builder_json.hpp"

#include "berth/cli/table.hpp"
#include "berth/util/encoding.hpp"

#include <nlohmann/json.hpp>

namespace berth::cli {

namespace {

using nlohmann::json;

json policies_json(const std::vector<builder::WorkerInfo::GcPolicy> &policies) {
    auto list = json::array();
    for (const auto &policy : policies)
        list.push_back({{"all", policy.all},
                        {"filter", policy.filters.empty() ? json() : json(policy.filters)},
                        {"keepDuration", policy.keep_duration},
                        {"maxUsedSpace", policy.max_used_space},
                        {"minFreeSpace", policy.min_free_space},
                        {"reservedSpace", policy.reserved_space}});
    return list;
}

json devices_json(const std::vector<builder::WorkerInfo::Device> &devices) {
    auto list = json::array();
    for (const auto &device : devices)
        list.push_back({{"Name", device.name},
                        {"AutoAllow", device.automatically_allowed},
                        {"OnDemand", device.on_demand},
                        {"Annotations", device.annotations}});
    return list;
}

json files_json(const store::NodeRecord &node) {
    auto files = json::object();
    if (node.files)
        for (const auto &[name, content] : *node.files)
            if (name.ends_with(".toml"))
                files[name] = base64_encode(content);
    return files;
}

json node_json(const store::NodeRecord &node, const NodeState &state, Empty empty) {
    auto worker = state.worker.value_or(builder::WorkerInfo());
    auto platforms = node_platforms(node, worker.platforms);
    for (auto &platform : platforms)
        if (platform.ends_with('*')) // fixed by the user
            platform.pop_back();
    json entry = {{"DriverOpts", node.driver_options.value_or(builder::OptionMap())},
                  {"Flags", node.flags},
                  {"Files", files_json(node)},
                  {"RunArgs", node.run_arguments},
                  {"Platforms", platforms},
                  {"Version", worker.version},
                  {"Labels", worker.labels},
                  {"GCPolicy", policies_json(worker.gc_policies)},
                  {"Devices", devices_json(worker.devices)},
                  {"IDs", worker.id.empty() ? json::array() : json::array({worker.id})},
                  {"Err", state.error}};
    if (empty == Empty::left_out)
        for (auto at = entry.begin(); at != entry.end();)
            at = at->empty() || *at == json("") ? entry.erase(at) : std::next(at);
    entry["Name"] = node.name;
    entry["Endpoint"] = node.endpoint;
    entry["Status"] = state.status;
    return entry;
}

} // namespace

json builder_json(const ListedBuilder &builder, Empty empty) {
    const auto &record = *builder.record;
    json value = {{"Name", record.name},
                  {"Driver", record.driver},
                  {"Dynamic", record.dynamic},
                  {"Current", builder.current},
                  {"LastActivity", builder.last_activity ? format_rfc3339(*builder.last_activity)
                                                         : "0001-01-01T00:00:00Z"},
                  {"Nodes", json::array()}};
    if (!builder.builds_in.empty())
        value["BuildsIn"] = builder.builds_in;
    for (std::size_t i = 0; i < builder.states.size(); ++i)
        value["Nodes"].push_back(node_json(record.nodes[i], builder.states[i], empty));
    return value;
}

std::string json_line(const json &value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace berth::cli
