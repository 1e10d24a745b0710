// SPDX-License-Identifier: Apache-2.0
// Laying one Compose file over another.
#pragma once

#include "yaml.hpp"

namespace berth::bake {

// `later` over `value`, which is at `path`: maps by key, lists added to, some lists by the key of
// their KEY=VALUE entries. Throws Error where a map meets something else.
void merge_yaml(Yaml &value, const Yaml &later, const YamlPath &path);

// Lists of KEY=VALUE whose last entry of a key counts.
void remove_duplicate_keys(Yaml &service);

// Long forms for the short ones: `build: DIR`, `env_file: FILE`, `secrets: [NAME]`. Throws Error
// for a wrong type.
void make_canonical(Yaml &service, const YamlPath &path);

// Relative paths of a service start at `base`, a path itself. "": the working directory.
void rebase_service(Yaml &service, const std::string &base, const std::string &home);
void rebase_secret(Yaml &secret, const std::string &base, const std::string &home);

// int, string, map[string]interface {}: Go's name of the type, for messages.
std::string go_type(const Yaml &value);

} // namespace berth::bake
