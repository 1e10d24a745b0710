// SPDX-License-Identifier: Apache-2.0
// The attributes of a bake target that consist of entries: caches, outputs, secrets, SSH agents,
// attestations, policies, limits. Each is written as a CSV string (docker's flags) or as an object.
// Reading, writing and joining them follows docker buildx's buildflags package.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::bake {

using Fields = std::map<std::string, std::string>;

struct CacheEntry {
    std::string type;
    Fields attributes = {};
    bool operator==(const CacheEntry &) const = default;
};

struct OutputEntry {
    std::string type;
    Fields attributes = {};
    std::string destination = {};
    bool operator==(const OutputEntry &) const = default;
};

struct Secret {
    std::string id = {}, source = {}, variable = {};
    bool operator==(const Secret &) const = default;
};

struct Ssh {
    std::string id = {};
    std::vector<std::string> paths = {};
    bool operator==(const Ssh &) const = default;
};

struct Attestation {
    std::string type;
    bool disabled = false;
    Fields attributes = {};
    bool operator==(const Attestation &) const = default;
};

struct Policy {
    std::vector<std::string> files = {};
    bool reset = false, disabled = false;
    std::optional<bool> strict = {};
    std::optional<std::string> log_level = {}; // logrus' name: "warning"
};

struct Resources {
    std::optional<std::string> memory = {}, memory_swap = {};
    std::optional<std::int64_t> cpu_shares = {}, cpu_period = {}, cpu_quota = {};
    std::optional<std::string> cpuset_cpus = {}, cpuset_mems = {};
};

// From a CSV string. Each throws Error with docker buildx's message for invalid text.
std::vector<CacheEntry> read_caches(std::string_view text); // several for `ref,ref`
OutputEntry read_output(std::string_view text);
Secret read_secret(std::string_view text);
Ssh read_ssh(std::string_view text);
Attestation read_attestation(std::string_view text);
Policy read_policy(std::string_view text);
Policy policy_of_fields(const std::vector<std::string> &fields); // KEY=VALUE each
void set_resource(Resources &resources, const std::string &name, const std::string &value);

// From the fields of an object; `shown` is the object as JSON, for messages.
CacheEntry cache_of_fields(Fields fields, const std::string &shown);
OutputEntry output_of_fields(Fields fields);
Attestation attestation_of_fields(Fields fields);

// An entry as a CSV string, with sorted attributes.
std::string to_csv(const CacheEntry &entry);
std::string to_csv(const OutputEntry &entry);
std::string to_csv(const Secret &entry);
std::string to_csv(const Ssh &entry);
std::string to_csv(const Attestation &entry);
std::string to_csv(const Policy &entry);
std::vector<std::string> to_pairs(const Resources &resources);

// Removes duplicates. Equal outputs and caches become one; like docker buildx, this moves the last
// entry to the place of a removed one. Of other entries, the last one with an ID or type takes the
// place of the first.
void remove_duplicates(std::vector<CacheEntry> &entries);
void remove_duplicates(std::vector<OutputEntry> &entries);
void remove_duplicates(std::vector<Secret> &entries);
void remove_duplicates(std::vector<Ssh> &entries);
void remove_duplicates(std::vector<Attestation> &entries);

// Fields of `later` override those of `earlier`.
Resources merged(const Resources &earlier, const Resources &later);

// A --provenance or --sbom value as an attestation: "true" enables it, "mode=max" is an attribute.
std::string attestation_text(const std::string &type, const std::string &value);

} // namespace berth::bake
