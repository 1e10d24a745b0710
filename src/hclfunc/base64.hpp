// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace berth::hclfunc {

// Base64 as Go's StdEncoding reads it: padded, line breaks anywhere, no other white space; unused
// bits of the last character are ignored. Nothing if the text is invalid.
std::optional<std::string> strict_base64_decode(std::string_view text);

} // namespace berth::hclfunc
