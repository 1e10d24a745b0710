// SPDX-License-Identifier: Apache-2.0
#include "berth/bake/target.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "replace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace berth::bake {

namespace {

template<class T>
void append(std::optional<std::vector<T>> &target, const std::optional<std::vector<T>> &later) {
    if (!later)
        return;
    if (!target)
        target.emplace();
    target->insert(target->end(), later->begin(), later->end());
}

template<class T>
void append_unique(std::optional<std::vector<T>> &target,
                   const std::optional<std::vector<T>> &later) {
    append(target, later);
    if (target)
        remove_duplicates(*target);
}

// Skips null values.
void merge_values(std::optional<OptionalStrings> &target,
                  const std::optional<OptionalStrings> &later) {
    if (!later)
        return;
    for (const auto &[key, value] : *later) {
        if (!value)
            continue;
        if (!target)
            target.emplace();
        (*target)[key] = value;
    }
}

void merge_contexts(Target &target, const Target &later) {
    if (!later.contexts)
        return;
    for (const auto &[name, value] : *later.contexts) {
        if (!target.contexts)
            target.contexts.emplace();
        (*target.contexts)[name] = value;
        auto base = later.bases.contexts.find(name);
        if (base == later.bases.contexts.end())
            target.bases.contexts.erase(name);
        else
            target.bases.contexts[name] = base->second;
    }
}

void merge_bases(Target &target, const Target &later) {
    if (later.bases.fallback) {
        target.bases.fallback = later.bases.fallback;
        target.bases.use_fallback = later.bases.use_fallback;
    }
    if (later.context) {
        target.bases.context = later.bases.context;
        target.bases.reference = later.bases.reference;
    }
}

void keep_unique(std::optional<Strings> &values) {
    if (!values)
        return;
    values = unique(*values);
    std::erase(*values, "");
}

template<class T>
void keep_unique(std::optional<std::vector<T>> &entries) {
    if (entries && entries->empty())
        entries.reset();
    if (entries)
        remove_duplicates(*entries);
}

} // namespace

const Group *Config::find_group(const std::string &name) const {
    for (const auto &group : groups)
        if (group.name == name)
            return &group;
    return nullptr;
}

const Target *Config::find_target(const std::string &name) const {
    for (const auto &target : targets)
        if (target.name == name)
            return &target;
    return nullptr;
}

void merge(Target &target, const Target &later) {
    merge_bases(target, later);
    replace(target.context, later.context);
    replace(target.dockerfile, later.dockerfile);
    replace(target.dockerfile_inline, later.dockerfile_inline);
    merge_values(target.args, later.args);
    merge_contexts(target, later);
    merge_values(target.labels, later.labels);
    replace(target.tags, later.tags);
    replace(target.target, later.target);
    replace(target.call, later.call);
    append(target.annotations, later.annotations);
    append_unique(target.attest, later.attest);
    append(target.policies, later.policies);
    append_unique(target.secrets, later.secrets);
    append_unique(target.ssh, later.ssh);
    replace(target.platforms, later.platforms);
    append_unique(target.cache_from, later.cache_from);
    replace(target.cache_to, later.cache_to);
    replace(target.outputs, later.outputs);
    replace(target.pull, later.pull);
    replace(target.no_cache, later.no_cache);
    replace(target.network, later.network);
    append(target.no_cache_filter, later.no_cache_filter);
    replace(target.shm_size, later.shm_size);
    append(target.ulimits, later.ulimits);
    if (later.resources)
        target.resources = merged(target.resources.value_or(Resources()), *later.resources);
    if (!later.description.empty())
        target.description = later.description;
    append(target.entitlements, later.entitlements);
    merge_values(target.extra_hosts, later.extra_hosts);
    append(target.inherits, later.inherits);
}

void normalize(Target &target) {
    keep_unique(target.annotations);
    keep_unique(target.attest);
    keep_unique(target.tags);
    keep_unique(target.secrets);
    keep_unique(target.ssh);
    keep_unique(target.platforms);
    keep_unique(target.cache_from);
    keep_unique(target.cache_to);
    keep_unique(target.outputs);
    keep_unique(target.no_cache_filter);
    keep_unique(target.ulimits);
    if (target.network == "host") {
        if (!target.entitlements)
            target.entitlements.emplace();
        target.entitlements->push_back("network.host");
    }
    keep_unique(target.entitlements);
    if (target.contexts)
        std::erase_if(*target.contexts, [](const auto &context) { return context.second.empty(); });
    if (target.contexts && target.contexts->empty())
        target.contexts.reset();
}

void merge_duplicates(Config &config) {
    for (auto &group : config.groups)
        if (group.targets)
            group.targets = unique(*group.targets);
    std::map<std::string, std::size_t> places;
    std::vector<Target> kept;
    for (auto &target : config.targets) {
        auto [place, added] = places.emplace(target.name, kept.size());
        if (added)
            kept.push_back(std::move(target));
        else
            merge(kept[place->second], target);
    }
    config.targets = std::move(kept);
}

void merge(Config &config, const Config &later) {
    for (const auto &group : later.groups) {
        auto same = std::find_if(config.groups.begin(), config.groups.end(),
                                 [&](const Group &other) { return other.name == group.name; });
        if (same == config.groups.end()) {
            config.groups.push_back(group);
            continue;
        }
        append(same->targets, group.targets);
        if (same->targets)
            same->targets = unique(*same->targets);
    }
    config.targets.insert(config.targets.end(), later.targets.begin(), later.targets.end());
    merge_duplicates(config);
}

Strings unique(const Strings &values) {
    Strings kept;
    std::set<std::string_view> seen;
    for (const auto &value : values)
        if (seen.insert(value).second)
            kept.push_back(value);
    return kept;
}

void check_target_name(const std::string &name) {
    auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    };
    if (name.empty() || !std::all_of(name.begin(), name.end(), allowed))
        throw Error("only \"[a-zA-Z0-9_-]+\" are allowed");
}

std::string target_name_of(const std::string &name) {
    return replace_all(name, ".", "_");
}

} // namespace berth::bake
