// SPDX-License-Identifier: Apache-2.0
// Names that come nearest to one that is wrong, for the hints of errors.
#pragma once

#include "berth/bake/target.hpp"

#include <string>

namespace berth::bake {

// "did you mean …?"; empty when no target or group is near.
std::string nearest_name(const Config &config, const std::string &name);

} // namespace berth::bake
