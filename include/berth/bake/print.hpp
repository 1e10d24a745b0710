// SPDX-License-Identifier: Apache-2.0
// The output of `--print` and `--list`, byte for byte that of docker buildx.
#pragma once

#include "berth/bake/resolve.hpp"
#include "berth/bake/target.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace berth::bake {

// Escapes `${` and `%{` in text values, so that the output is a valid bake file.
nlohmann::ordered_json to_json(const Target &target);
nlohmann::ordered_json to_json(const Group &group);
nlohmann::ordered_json to_json(const Selection &selection);

// In the format of Go's encoder, with an indentation of two spaces.
std::string json_text(const nlohmann::ordered_json &json);

struct Variable {
    std::string name = {}, description = {}, type = {};
    std::optional<std::string> value = {}; // none: null
};

// A line `NAME<tab>DESCRIPTION` of a list.
struct ListedTarget {
    std::string name = {}, description = {};
    bool group = false;
};
// Sorted by name, without private names (those that begin with `_`).
std::vector<ListedTarget> list_targets(const Config &config);

nlohmann::ordered_json to_json(const std::vector<ListedTarget> &list);
nlohmann::ordered_json to_json(const std::vector<Variable> &variables);

} // namespace berth::bake
