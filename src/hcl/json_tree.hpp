// SPDX-License-Identifier: Apache-2.0
// A JSON text as a tree with source positions.
#pragma once

#include "berth/hcl/diagnostic.hpp"
#include "berth/hcl/number.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::hcl {

struct JsonProperty;

struct JsonNode {
    enum class Kind { null, boolean, number, string, array, object };
    Kind kind = Kind::null;
    Range range;
    Range open;  // of the bracket or brace; else the same as `range`
    Range close; // of the brace
    bool boolean = false;
    Number number = {};
    std::string text = {}; // of a string; of a number as it was written
    std::vector<JsonNode> values = {};
    std::vector<JsonProperty> properties; // in the order of the text, names may repeat
};

struct JsonProperty {
    std::string name;
    Range name_range;
    JsonNode value;

    Range range() const { return range_between(name_range, value.range); }
};

using JsonNodePtr = std::shared_ptr<const JsonNode>;

// A null pointer, with an error, if the text is not JSON.
JsonNodePtr parse_json_tree(std::string_view text, const std::string &file, const Position &start,
                            Diagnostics &diagnostics);

} // namespace berth::hcl
