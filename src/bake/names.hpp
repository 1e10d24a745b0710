// SPDX-License-Identifier: Apache-2.0
// The names most similar to an unknown one, for hints of errors.
#pragma once

#include "berth/bake/target.hpp"

#include <string>

namespace berth::bake {

// "did you mean …?"; empty if no target or group is similar.
std::string nearest_name(const Config &config, const std::string &name);

} // namespace berth::bake
