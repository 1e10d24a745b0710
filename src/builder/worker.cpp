// SPDX-License-Identifier: Apache-2.0
#include "berth/builder/worker.hpp"

#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <system_error>

namespace berth::builder {

namespace {

using nlohmann::json;

std::string text(const json &object, const char *key) {
    return printable(text_at(object, key));
}

std::int64_t number(const json &object, const char *key) {
    auto found = object.find(key);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

bool flag(const json &object, const char *key) {
    auto found = object.find(key);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

std::string platform_name(const json &platform) {
    auto name = text(platform, "os") + "/" + text(platform, "architecture");
    auto variant = text(platform, "variant");
    return variant.empty() ? name : name + "/" + variant;
}

WorkerInfo::GcPolicy read_policy(const json &policy) {
    WorkerInfo::GcPolicy result;
    result.all = flag(policy, "all");
    if (auto filters = policy.find("filter"); filters != policy.end() && filters->is_array())
        for (const auto &filter : *filters)
            if (filter.is_string())
                result.filters.push_back(printable(filter.get<std::string>()));
    result.keep_duration = number(policy, "keepDuration");
    result.reserved_space = number(policy, "reservedSpace");
    result.max_used_space = number(policy, "maxUsedSpace");
    result.min_free_space = number(policy, "minFreeSpace");
    return result;
}

std::map<std::string, std::string> texts(const json &object, const char *key) {
    std::map<std::string, std::string> result;
    if (auto found = object.find(key); found != object.end() && found->is_object())
        for (const auto &[name, value] : found->items())
            if (value.is_string())
                result[printable(name)] = printable(value.get<std::string>());
    return result;
}

template<class Function>
void each_object(const json &parent, const char *key, Function function) {
    if (auto found = parent.find(key); found != parent.end() && found->is_array())
        for (const auto &value : *found)
            if (value.is_object())
                function(value);
}

} // namespace

process::Command worker_command(const docker::Docker &docker, const std::string &container) {
    return docker.exec_command(container,
                               {"buildctl", "debug", "workers", "--format", "{{json .}}"}, false,
                               process::Effect::query);
}

WorkerInfo parse_worker_info(const std::string &output) {
    auto workers = read_json(output);
    if (!workers.is_array() || workers.empty() || !workers.front().is_object())
        throw Error(
            fmt::format("`buildctl debug workers` in the builder printed no worker list: {}",
                        printable(output.substr(0, 80))),
            ExitCode::builder_unavailable);
    const auto &worker = workers.front();
    WorkerInfo info;
    if (auto version = worker.find("buildkitVersion");
        version != worker.end() && version->is_object())
        info.version = text(*version, "version");
    each_object(worker, "platforms", [&info](const json &platform) {
        info.platforms.push_back(platform_name(platform));
    });
    info.id = text(worker, "id");
    info.labels = texts(worker, "labels");
    each_object(worker, "gcPolicy",
                [&info](const json &policy) { info.gc_policies.push_back(read_policy(policy)); });
    each_object(worker, "cdiDevices", [&info](const json &device) {
        info.devices.push_back({.name = text(device, "name"),
                                .automatically_allowed = flag(device, "autoAllow"),
                                .on_demand = flag(device, "onDemand"),
                                .annotations = texts(device, "annotations")});
    });
    return info;
}

std::filesystem::path WorkerCache::file(const docker::Container &container) const {
    // The id comes from docker: only hex digits may become a path.
    if (container.id.empty() ||
        container.id.find_first_not_of("0123456789abcdef") != std::string::npos)
        return {};
    return directory_ / (container.id + ".json");
}

std::optional<WorkerInfo> WorkerCache::find(const docker::Container &container) const {
    auto path = file(container);
    if (path.empty())
        return std::nullopt;
    try {
        auto content = read_file_if_exists(path);
        if (!content)
            return std::nullopt;
        auto end = content->find('\n');
        if (end == std::string::npos || content->substr(0, end) != container.started_at)
            return std::nullopt;
        return parse_worker_info(content->substr(end + 1));
    } catch (const Error &) {
        return std::nullopt; // broken or unreadable: queries the builder
    }
}

void WorkerCache::save(const docker::Container &container, const std::string &output) const {
    auto path = file(container);
    if (path.empty())
        return;
    try {
        write_file_atomically(path, container.started_at + "\n" + output);
    } catch (const Error &) { // the next command queries the builder
    }
}

void WorkerCache::remove(const docker::Container &container) const {
    std::error_code ignored;
    if (auto path = file(container); !path.empty())
        std::filesystem::remove(path, ignored);
}

} // namespace berth::builder
