// SPDX-License-Identifier: Apache-2.0
// The schemes of contexts and files that docker buildx defines for bake.
#pragma once

#include <string_view>

namespace berth::bake {

constexpr std::string_view local_scheme = "cwd://"; // here, also if the definition is remote
constexpr std::string_view link_scheme = "target:"; // the result of another target

} // namespace berth::bake
