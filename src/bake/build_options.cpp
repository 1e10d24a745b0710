// SPDX-License-Identifier: Apache-2.0
#include "berth/bake/build_options.hpp"

#include "berth/job/context_source.hpp"
#include "berth/job/flag_values.hpp"
#include "berth/job/secrets.hpp"
#include "berth/job/ssh_sources.hpp"
#include "berth/util/error.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/units.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace berth::bake {

namespace {

constexpr std::string_view local_scheme = "cwd://", link_scheme = "target:";

std::string without_scheme(const std::string &path) {
    return path.starts_with(local_scheme) ? path.substr(local_scheme.size()) : path;
}

std::string plain_context(const std::string &context) {
    if (context == "-")
        throw Error("context from stdin not allowed in bake");
    if (job::is_remote(context))
        return context;
    return clean_path(without_scheme(context));
}

// Relative to the context, unless it is absolute or the context is remote.
std::string dockerfile_path(const Target &target, const std::string &context) {
    auto file = target.dockerfile.value_or("Dockerfile");
    if (file == "-")
        throw Error("dockerfile from stdin not allowed in bake");
    if (file.starts_with(local_scheme))
        return std::filesystem::absolute(clean_path(without_scheme(file))).string();
    file = clean_path(file);
    if (file.starts_with('/') || job::is_remote(context))
        return file;
    return clean_path(context + "/" + file);
}

template<class Entry>
Strings csv_of(const std::optional<std::vector<Entry>> &entries) {
    Strings texts;
    if (entries)
        for (const auto &entry : *entries)
            texts.push_back(to_csv(entry));
    return texts;
}

Strings pairs_of(const std::optional<OptionalStrings> &values) {
    Strings pairs;
    if (values)
        for (const auto &[key, value] : *values)
            if (value)
                pairs.push_back(key + "=" + *value);
    return pairs;
}

std::int64_t shm_size_of(const Target &target) {
    if (!target.shm_size)
        return 0;
    auto bytes = parse_bytes(*target.shm_size);
    if (!bytes)
        throw Error(
            fmt::format("invalid value {} for membytes key shm-size", printable(*target.shm_size)));
    return *bytes;
}

// docker buildx uses the first attestation of a type; here each type is already unique.
job::BuildOptions options_of(const Target &target) {
    job::BuildOptions options;
    options.context = target.context.value_or(".");
    options.file = dockerfile_path(target, options.context);
    options.dockerfile_inline = target.dockerfile_inline;
    options.secrets = csv_of(target.secrets);
    options.ssh = csv_of(target.ssh);
    options.attests = csv_of(target.attest);
    options.annotations = target.annotations.value_or(Strings());
    options.call = target.call.value_or("");
    options.tags = target.tags.value_or(Strings());
    options.build_args = pairs_of(target.args);
    options.labels = pairs_of(target.labels);
    options.platforms = target.platforms.value_or(Strings());
    options.target = target.target.value_or("");
    options.no_cache = target.no_cache.value_or(false);
    options.no_cache_filter = target.no_cache_filter.value_or(Strings());
    options.pull = target.pull.value_or(false);
    options.outputs = csv_of(target.outputs);
    options.add_hosts = pairs_of(target.extra_hosts);
    options.network = target.network.value_or("");
    options.shm_size = shm_size_of(target);
    options.resources = to_pairs(target.resources.value_or(Resources()));
    options.ulimits = target.ulimits.value_or(Strings());
    options.allow = target.entitlements.value_or(Strings());
    options.cache_from = csv_of(target.cache_from);
    options.cache_to = csv_of(target.cache_to);
    options.policies = csv_of(target.policies);
    return options;
}

job::NamedTarget named_target(const std::string &name, const Target &target) {
    job::NamedTarget named{
        .name = name, .options = options_of(target), .requested = !target.linked};
    if (!target.contexts)
        return named;
    for (const auto &[context, value] : *target.contexts) {
        if (value.starts_with(link_scheme))
            named.links.push_back({.context = context, .target = value.substr(link_scheme.size())});
        else
            named.options.build_contexts.push_back(
                context + "=" +
                (value.starts_with(local_scheme) ? clean_path(without_scheme(value)) : value));
    }
    return named;
}

void check(const Target &target, const Environment &environment) {
    dockerfile_path(target, *target.context);
    shm_size_of(target);
    job::read_platforms(target.platforms.value_or(Strings()));
    job::read_secrets(csv_of(target.secrets), environment);
    job::read_ssh_sources(csv_of(target.ssh), *target.context, environment);
    job::read_ulimits(target.ulimits.value_or(Strings()));
}

} // namespace

void prepare(Selection &selection, const Environment &environment) {
    constexpr const char *epoch = "SOURCE_DATE_EPOCH";
    auto seconds = environment.get(epoch);
    for (auto &[name, target] : selection.targets) {
        if (!seconds.empty()) {
            if (!target.args)
                target.args.emplace();
            target.args->emplace(epoch, seconds);
        }
        target.context = plain_context(target.context.value_or("."));
        check(target, environment);
    }
}

std::vector<job::NamedTarget> named_targets(const Selection &selection) {
    std::vector<job::NamedTarget> targets;
    for (const auto &[name, target] : selection.targets)
        targets.push_back(named_target(name, target));
    return targets;
}

} // namespace berth::bake
