// SPDX-License-Identifier: Apache-2.0
#include "attributes.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::history {
namespace {

using Json = nlohmann::ordered_json;

Json pair(const std::string &name, const std::string &value) {
    return {{"Name", name}, {"Value", value}};
}

Json csv_fields(const std::optional<std::string> &text, Json &errors) {
    if (!text)
        return Json::array();
    try {
        return parse_csv(*text);
    } catch (const Error &error) {
        errors.push_back(fmt::format("failed to parse {}: ({})", *text, error.what()));
        return Json::array();
    }
}

} // namespace

std::string AttributeReader::value(const std::string &name) const {
    auto found = attributes_.find(name);
    return found == attributes_.end() ? "" : found->second;
}

std::optional<std::string> AttributeReader::take(const std::string &name) {
    auto taken = attributes_.extract(name);
    if (taken.empty())
        return std::nullopt;
    return std::move(taken.mapped());
}

Json AttributeReader::with_prefix(const std::string &prefix) const {
    auto pairs = Json::array();
    for (const auto &[name, value] : attributes_)
        if (name.starts_with(prefix))
            pairs.push_back(pair(name.substr(prefix.size()), value));
    return pairs;
}

Json AttributeReader::rest() const {
    auto pairs = Json::array();
    for (const auto &[name, value] : attributes_) {
        bool elsewhere = false;
        for (const auto *prefix : {"vcs:", "build-arg:", "label:", "context:", "attest:"})
            elsewhere = elsewhere || name.starts_with(prefix);
        if (!elsewhere)
            pairs.push_back(pair(name, value));
    }
    return pairs;
}

bool take_bool(AttributeReader &attributes, const std::string &name, bool otherwise, Json &errors) {
    auto text = attributes.take(name);
    if (!text)
        return otherwise;
    auto value = parse_bool(*text);
    if (!value)
        errors.push_back(
            fmt::format("failed to parse {}: (strconv.ParseBool: parsing \"{}\": invalid syntax)",
                        *text, *text));
    return value.value_or(false);
}

Json take_config(AttributeReader &attributes, Json &errors) {
    auto text = [&](const char *name) { return attributes.take(name).value_or(""); };
    Json config;
    config["Network"] = text("force-network-mode");
    config["ExtraHosts"] = Json::array(); // at this position
    config["Hostname"] = text("hostname");
    config["CgroupParent"] = text("cgroup-parent");
    config["ImageResolveMode"] = text("image-resolve-mode");
    auto several = take_bool(attributes, "build-arg:BUILDKIT_MULTI_PLATFORM", false, errors);
    config["MultiPlatform"] = take_bool(attributes, "multi-platform", several, errors);
    auto stages = attributes.take("no-cache");
    config["NoCache"] = stages == "";
    // docker buildx has already used it for NoCache, and shows no stages.
    config["NoCacheFilter"] = Json::array();
    config["ExtraHosts"] = csv_fields(attributes.take("add-hosts"), errors);
    for (const auto &[field, name] : std::initializer_list<std::pair<const char *, const char *>>{
             {"ShmSize", "shm-size"},
             {"Ulimit", "ulimit"},
             {"Memory", "memory"},
             {"MemorySwap", "memswap"},
             {"CPUShares", "cpushares"},
             {"CPUPeriod", "cpuperiod"},
             {"CPUQuota", "cpuquota"},
             {"CPUSetCPUs", "cpusetcpus"},
             {"CPUSetMems", "cpusetmems"},
             {"CacheMountNS", "build-arg:BUILDKIT_CACHE_MOUNT_NS"},
             {"DockerfileCheckConfig", "build-arg:BUILDKIT_DOCKERFILE_CHECK"},
             {"SourceDateEpoch", "build-arg:SOURCE_DATE_EPOCH"},
             {"SandboxHostname", "build-arg:SANDBOX_HOSTNAME"}})
        config[field] = text(name);
    config["RestRaw"] = attributes.rest();
    return config;
}

} // namespace berth::history
