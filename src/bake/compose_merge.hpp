// SPDX-License-Identifier: Apache-2.0
// Merges one Compose file into another.
#pragma once

#include "yaml.hpp"

namespace berth::bake {

// Merges `later` into `value`, which is at `path`: maps by key, lists by appending, some lists by
// the key of their KEY=VALUE entries. Throws Error if only one of them is a map.
void merge_yaml(Yaml &value, const Yaml &later, const YamlPath &path);

// For lists of KEY=VALUE: keeps the last entry of each key.
void remove_duplicate_keys(Yaml &service);

// Expands short forms: `build: DIR`, `env_file: FILE`, `secrets: [NAME]`. Throws Error for an
// unexpected type.
void make_canonical(Yaml &service, const YamlPath &path);

// Makes relative paths of a service relative to `base` ("": the working directory).
void rebase_service(Yaml &service, const std::string &base, const std::string &home);
void rebase_secret(Yaml &secret, const std::string &base, const std::string &home);

// int, string, map[string]interface {}: Go's name of the type, for messages.
std::string go_type(const Yaml &value);

} // namespace berth::bake
