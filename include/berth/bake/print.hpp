// SPDX-License-Identifier: Apache-2.0
// What `--print` and `--list` write, byte for byte as docker buildx does.
#pragma once

#include "berth/bake/resolve.hpp"
#include "berth/bake/target.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace berth::bake {

// `${` and `%{` of text values are escaped, so that the output can be read as a bake file again.
nlohmann::ordered_json to_json(const Target &target);
nlohmann::ordered_json to_json(const Group &group);
nlohmann::ordered_json to_json(const Selection &selection);

// As Go's encoder writes it with an indentation of two spaces.
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
// By name; names that begin with `_` are private and left out.
std::vector<ListedTarget> list_targets(const Config &config);

nlohmann::ordered_json to_json(const std::vector<ListedTarget> &list);
nlohmann::ordered_json to_json(const std::vector<Variable> &variables);

} // namespace berth::bake
