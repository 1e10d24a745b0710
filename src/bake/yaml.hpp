// SPDX-License-Identifier: Apache-2.0
// YAML as JSON values, for compose files.
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
    // Values tagged `!reset` or `!override`: what earlier files have there is dropped.
    std::vector<YamlPath> replaced = {};
};

// All documents of a text: aliases resolved, `<<` merged, scalars typed by YAML 1.2's core schema
// with the old octals. Throws Error for bad syntax, a key that is there twice, and texts that nest
// or refer too much.
std::vector<YamlDocument> parse_yaml(const std::string &text, const std::string &name);

// A scalar as Go prints it: 1e+21, 1.5, true; null is empty.
std::string scalar_text(const Yaml &value);

// services.app.build
std::string path_text(const YamlPath &path);
// `*` matches any key.
bool matches(const YamlPath &path, const YamlPath &pattern);

} // namespace berth::bake
