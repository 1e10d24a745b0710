// SPDX-License-Identifier: Apache-2.0
// Targets and groups as bake files define them.
#pragma once

#include "berth/bake/entries.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::bake {

using Strings = std::vector<std::string>;
// A null value in a file means unset. It is kept only until targets are merged.
using OptionalStrings = std::map<std::string, std::optional<std::string>>;

// An unset attribute differs from an empty one: an empty list replaces an inherited list.
struct Target {
    std::string name = {};
    std::string description = {};
    std::optional<Strings> inherits = {};
    std::optional<Strings> annotations = {};
    std::optional<std::vector<Attestation>> attest = {};
    std::optional<std::string> context = {};
    std::optional<std::map<std::string, std::string>> contexts = {};
    std::optional<std::string> dockerfile = {}, dockerfile_inline = {};
    std::optional<OptionalStrings> args = {}, labels = {};
    std::optional<Strings> tags = {};
    std::optional<std::vector<CacheEntry>> cache_from = {}, cache_to = {};
    std::optional<std::string> target = {};
    std::optional<std::vector<Secret>> secrets = {};
    std::optional<std::vector<Ssh>> ssh = {};
    std::optional<Strings> platforms = {};
    std::optional<std::vector<OutputEntry>> outputs = {};
    std::optional<bool> pull = {}, no_cache = {};
    std::optional<std::string> network = {};
    std::optional<Strings> no_cache_filter = {};
    std::optional<std::string> shm_size = {};
    std::optional<Strings> ulimits = {};
    std::optional<Resources> resources = {};
    std::optional<std::string> call = {};
    std::optional<Strings> entitlements = {};
    std::optional<OptionalStrings> extra_hosts = {};
    std::optional<std::vector<Policy>> policies = {};

    // Where relative paths start, with BUILDX_BAKE_FILE_RELATIVE_PATHS (relative_paths.hpp).
    struct Bases {
        std::optional<std::string> fallback = {}; // directory of the file that defines the target
        bool use_fallback = false;                // no file sets the context
        std::optional<std::string> context = {};  // directory of the file that sets the context
        std::string reference = {};               // the context is `target.REFERENCE.context`
        std::map<std::string, std::string> contexts = {};
    } bases = {};

    // Contexts inside the directory of a remote definition: path by name of the context, empty for
    // the main one. Filled by prepare().
    std::map<std::string, std::string> remote_paths = {};

    bool linked = false; // built only for the contexts of other targets
};

struct Group {
    std::string name = {};
    std::string description = {};
    std::optional<Strings> targets = {};
};

struct Config {
    std::vector<Group> groups = {};
    std::vector<Target> targets = {};

    const Group *find_group(const std::string &name) const;
    const Target *find_target(const std::string &name) const;
};

// Merges `later` into `target`, attribute by attribute: most values replace; maps, annotations,
// caches to read from, secrets, agents, attestations, limits and entitlements are added.
void merge(Target &target, const Target &later);

// Removes duplicates, as docker buildx does after every step of inheritance.
void normalize(Target &target);

// Merges targets and groups with the same name. Removes duplicate targets of groups.
void merge_duplicates(Config &config);
// Merges all of `later` into `config`.
void merge(Config &config, const Config &later);

// Removes duplicates; the first of each stays.
Strings unique(const Strings &values);

// Throws Error if a character of `name` is not allowed.
void check_target_name(const std::string &name);
// Replaces dots, which names of Compose services may have, by underscores.
std::string target_name_of(const std::string &name);

} // namespace berth::bake
