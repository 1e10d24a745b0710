// SPDX-License-Identifier: Apache-2.0
// YAML as JSON values, for Compose files.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace berth::bake {

using Yaml = nlohmann::json;
// Keys from the root; a list's elements are "[]".
using YamlPath = std::vector<std::string>;

struct YamlDocument {
    Yaml value = {};
    // Values tagged `!reset` or `!override`: they drop the values of earlier files there.
    std::vector<YamlPath> replaced = {};
};

// All documents of a text: aliases resolved, `<<` merged, scalars typed by YAML 1.2's core schema
// with the old octals. Throws Error for invalid syntax or characters, duplicate keys, and too much
// nesting or aliasing.
std::vector<YamlDocument> parse_yaml(const std::string &text, const std::string &name);

// A scalar as Go prints it: 1e+21, 1.5, true; null is empty.
std::string scalar_text(const Yaml &value);

// services.app.build
std::string path_text(const YamlPath &path);
// `*` matches any key.
bool matches(const YamlPath &path, const YamlPath &pattern);

} // namespace berth::bake
