// SPDX-License-Identifier: Apache-2.0
// Values as JSON, by go-cty's rules for json.Marshal, json.Unmarshal and json.ImpliedType.
#pragma once

#include "berth/hcl/value.hpp"

#include <string>
#include <string_view>

namespace berth::hcl {

// Compact JSON, keys in order, HTML's <, > and & escaped as Go's encoder does. The value conforms
// to `type`; where that is dynamic, {"value":…,"type":…} keeps the type of the value. Throws a
// ConversionError for unknown values and infinities.
std::string to_json(const Value &value, const Type &type);
inline std::string to_json(const Value &value) {
    return to_json(value, value.type());
}

// The type of a JSON text: objects, tuples, strings, numbers, bools, and dynamic for null.
Type implied_json_type(std::string_view text);

// Reads a value of the type `type` from JSON. Throws a ConversionError.
Value from_json(std::string_view text, const Type &type);

} // namespace berth::hcl
