// SPDX-License-Identifier: Apache-2.0
// JSON as Go's encoding/json writes it, private to the store.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace berth::store {

// Compact, keys in the given order; <, >, &, U+2028 and U+2029 escaped. Bytes that are not UTF-8
// become U+FFFD.
std::string go_json(const nlohmann::ordered_json &json);

} // namespace berth::store
