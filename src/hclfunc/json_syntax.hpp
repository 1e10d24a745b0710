// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace berth::hclfunc {

// Throws an Error with the message of Go's encoding/json if the text is not one JSON value.
void check_json_syntax(std::string_view text);

} // namespace berth::hclfunc
