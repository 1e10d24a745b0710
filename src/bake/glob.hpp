// SPDX-License-Identifier: Apache-2.0
// Go's path.Match: `*` and `?` match within one path component, `[a-z]` and `[^a]` one character,
// `\` escapes the next character.
#pragma once

#include <string_view>

namespace berth::bake {

enum class Match { no, yes, bad_pattern };
Match match(std::string_view pattern, std::string_view name);

} // namespace berth::bake
