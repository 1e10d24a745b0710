// SPDX-License-Identifier: Apache-2.0
#include "berth/job/frontend.hpp"

#include "berth/image/tag.hpp"
#include "berth/job/attestations.hpp"
#include "berth/job/call.hpp"
#include "berth/job/contexts.hpp"
#include "berth/job/flag_values.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::job {

namespace {

using Attributes = std::map<std::string, std::string>;

void set_unless_empty(Attributes &attributes, const char *key, const std::string &value) {
    if (!value.empty())
        attributes[key] = value;
}

void add_build_args(Frontend &frontend, const BuildOptions &options,
                    const Environment &environment) {
    auto build_args = read_build_args(options.build_args, environment);
    for (const auto &[key, value] : build_args)
        frontend.attributes["build-arg:" + key] = value;
    if (auto syntax = build_args.find("BUILDKIT_SYNTAX"); syntax != build_args.end()) {
        if (trim(syntax->second).empty())
            throw usage_error(
                "failed to build: empty BUILDKIT_SYNTAX build-arg is invalid, use --build-arg "
                "BUILDKIT_SYNTAX without '=' for optional behavior",
                "name a frontend image, for example docker/dockerfile:1");
        frontend.name = "gateway.v0"; // an image, and arguments for it
        frontend.attributes["source"] = split(trim(syntax->second), ' ').front();
        frontend.attributes["cmdline"] = syntax->second;
    }
    if (auto all = build_args.find("BUILDKIT_MULTI_PLATFORM");
        all != build_args.end() && parse_bool(all->second) == true)
        frontend.attributes["multi-platform"] = "true";
}

// Limits and surroundings of RUN instructions.
void add_run_options(Frontend &frontend, const BuildOptions &options) {
    auto &attributes = frontend.attributes;
    set_unless_empty(attributes, "add-hosts", join(read_hosts(options.add_hosts), ","));
    if (options.network == "host" || options.network == "none")
        attributes["force-network-mode"] = options.network;
    if (options.network == "host")
        frontend.entitlements.emplace_back("network.host");
    if (options.shm_size > 0)
        attributes["shm-size"] = std::to_string(options.shm_size);
    for (const auto &[attribute, value] : read_resources(options.resources))
        attributes[attribute] = value;
    set_unless_empty(attributes, "ulimit", join(read_ulimits(options.ulimits), ","));
    set_unless_empty(attributes, "cgroup-parent", options.cgroup_parent);
}

void add_attestations(Attributes &attributes, const BuildOptions &options,
                      bool default_provenance) {
    auto attests = read_attestations(options.attests);
    if (default_provenance)
        attests.try_emplace("provenance", "mode=min,inline-only=true");
    for (const auto &[type, value] : attests)
        if (value)
            attributes["attest:" + type] = *value;
}

} // namespace

void check_options(const BuildOptions &options) {
    for (const auto &tag : options.tags)
        image::check_tag(tag);
    for (const auto &pair : options.build_args)
        read_pair(pair);
    for (const auto &pair : options.labels)
        read_pair(pair);
    read_hosts(options.add_hosts);
    read_platforms(options.platforms);
    read_resources(options.resources);
    read_ulimits(options.ulimits);
    check_network(options.network);
    read_entitlements(options.allow);
    read_call(options.call);
    for (const auto &text : options.build_contexts)
        read_named_context(text);
    if (options.no_cache && !options.no_cache_filter.empty())
        throw usage_error("--no-cache and --no-cache-filter cannot currently be used together");
}

Frontend read_frontend(const BuildOptions &options, const Environment &environment,
                       bool default_provenance) {
    Frontend frontend{.name = "dockerfile.v0", .attributes = {}, .entitlements = {}};
    auto &attributes = frontend.attributes;
    set_unless_empty(attributes, "target", options.target);
    add_build_args(frontend, options, environment);
    for (const auto &text : options.labels) {
        auto [key, value] = read_pair(text);
        attributes["label:" + key] = value.value_or("");
    }
    set_unless_empty(attributes, "platform", join(read_platforms(options.platforms), ","));
    if (options.no_cache)
        attributes["no-cache"] = "";
    if (!options.no_cache_filter.empty()) // one empty stage: all of them, as with docker buildx
        attributes["no-cache"] = join(options.no_cache_filter, ",");
    if (options.pull)
        attributes["image-resolve-mode"] = "pull";
    add_run_options(frontend, options);
    add_attestations(attributes, options, default_provenance);
    if (auto call = read_call(options.call))
        attributes["requestid"] = "frontend." + call->name;
    for (auto &entitlement : read_entitlements(options.allow))
        frontend.entitlements.push_back(std::move(entitlement));
    return frontend;
}

} // namespace berth::job
