#include "berth/build/arguments.hpp"

#include "berth/build/attestations.hpp"
#include "berth/build/call.hpp"
#include "berth/build/flag_values.hpp"
#include "berth/image/tag.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::build {

namespace {

// What the frontend is to take for the context.
std::string add_folder(std::vector<std::string> &arguments, const std::string &name,
                       const NamedPlace &place) {
    if (!place.layout.empty()) {
        auto store = fmt::format("layout{}", arguments.size()); // any name that no other has
        arguments.insert(arguments.end(), {"--oci-layout", store + "=" + place.folder});
        return fmt::format("oci-layout://{}:{}", store, place.layout);
    }
    // The main context and the Dockerfile's folder have these names.
    auto local = name == "context" || name == "dockerfile" ? "_" + name : name;
    // BuildKit keeps a copy of each local under its name: one in a slot has a copy of its own.
    if (!place.slot.empty())
        local = place.slot + "-" + local;
    arguments.insert(arguments.end(), {"--local", local + "=" + place.folder});
    return "local:" + local;
}

void add_named_contexts(std::vector<std::string> &arguments, const BuildOptions &options,
                        const BuildPlaces &places) {
    for (const auto &text : options.build_contexts) {
        auto [name, value] = read_named_context(text);
        auto folder = places.named.find(name);
        if (folder != places.named.end()) {
            value = add_folder(arguments, name, folder->second);
        }
        arguments.insert(arguments.end(), {"--opt", "context:" + name + "=" + value});
    }
}

} // namespace

NamedContext read_named_context(const std::string &text) {
    auto [name, value] = read_pair(text);
    if (!value || value->empty())
        throw usage_error(
            fmt::format("invalid context value: {}, expected key=value", printable(text)),
            "write --build-context NAME=FOLDER or NAME=docker-image://IMAGE");
    return {.name = lower(name) == name ? name : lower(name), .value = *value};
}

void check_options(const BuildOptions &options) {
    for (const auto &tag : options.tags)
        image::check_tag(tag);
    for (const auto &pair : options.build_args)
        read_pair(pair);
    for (const auto &pair : options.labels)
        read_pair(pair);
    read_hosts(options.add_hosts);
    read_platforms(options.platforms);
    read_shm_size(options.shm_size);
    read_ulimits(options.ulimits);
    check_network(options.network);
    read_call(options.call);
    for (const auto &text : options.build_contexts)
        read_named_context(text);
    if (options.no_cache && !options.no_cache_filter.empty())
        throw usage_error("--no-cache and --no-cache-filter cannot currently be used together");
}

std::vector<std::string> build_arguments(const BuildOptions &options, const BuildPlaces &places,
                                         const Environment &environment, bool attestations) {
    std::vector<std::string> arguments = {"buildctl", "build", "--frontend"};
    auto build_args = read_build_args(options.build_args, environment);
    auto syntax = build_args.find("BUILDKIT_SYNTAX");
    arguments.emplace_back(syntax == build_args.end() ? "dockerfile.v0" : "gateway.v0");
    auto add = [&arguments](const std::string &flag, const std::string &value) {
        arguments.push_back(flag);
        arguments.push_back(value);
    };
    auto opt = [&add](const std::string &key, const std::string &value) {
        add("--opt", key + "=" + value);
    };
    auto opt_unless_empty = [&opt](const std::string &key, const std::string &value) {
        if (!value.empty())
            opt(key, value);
    };

    if (places.url.empty()) {
        add("--local", "context=" + places.context);
        add("--local", "dockerfile=" + places.dockerfile_directory);
    } else {
        opt("context", places.url);
        if (!places.dockerfile_directory.empty()) {
            add("--local", "dockerfile=" + places.dockerfile_directory);
            opt("dockerfilekey", "dockerfile");
        }
    }
    opt("filename", places.file_name);
    add_named_contexts(arguments, options, places);
    opt_unless_empty("target", options.target);
    for (const auto &[key, value] : build_args)
        opt("build-arg:" + key, value);
    if (syntax != build_args.end()) { // an image, and words for it
        opt("source", split(trim(syntax->second), ' ').front());
        opt("cmdline", syntax->second);
    }
    if (auto all = build_args.find("BUILDKIT_MULTI_PLATFORM");
        all != build_args.end() && parse_bool(all->second) == true)
        opt("multi-platform", "true");
    for (const auto &text : options.labels) {
        auto [key, value] = read_pair(text);
        opt("label:" + key, value.value_or(""));
    }
    opt_unless_empty("platform", join(read_platforms(options.platforms), ","));
    if (options.no_cache)
        opt("no-cache", "");
    opt_unless_empty("no-cache", join(options.no_cache_filter, ","));
    if (options.pull)
        opt("image-resolve-mode", "pull");
    opt_unless_empty("add-hosts", join(read_hosts(options.add_hosts), ","));
    if (options.network == "host" || options.network == "none")
        opt("force-network-mode", options.network);
    if (auto bytes = read_shm_size(options.shm_size); bytes > 0)
        opt("shm-size", std::to_string(bytes));
    opt_unless_empty("ulimit", join(read_ulimits(options.ulimits), ","));
    opt_unless_empty("cgroup-parent", options.cgroup_parent);
    auto attests = read_attestations(options.attests);
    if (attestations)
        attests.try_emplace("provenance", "mode=min,inline-only=true");
    for (const auto &[type, value] : attests)
        if (value)
            opt("attest:" + type, *value);
    if (auto call = read_call(options.call)) {
        opt("requestid", "frontend." + call->name);
        opt("frontend.caps", "moby.buildkit.frontend.subrequests");
    }
    if (options.network == "host")
        add("--allow", "network.host");
    for (const auto &entitlement : options.allow)
        add("--allow", entitlement);
    return arguments;
}

} // namespace berth::build
