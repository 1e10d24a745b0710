// SPDX-License-Identifier: Apache-2.0
// JSON in the form of Go's encoding/json.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace berth {

// Keys in the given order; <, >, &, U+2028 and U+2029 escaped. Bytes that are not UTF-8 become
// U+FFFD. `indent`: spaces for each level, one value a line (json.MarshalIndent); -1: compact
// (json.Marshal).
std::string go_json(const nlohmann::ordered_json &json, int indent = -1);

} // namespace berth
