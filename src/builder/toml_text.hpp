// SPDX-License-Identifier: Apache-2.0
// TOML in docker buildx's form of a stored buildkitd.toml (observed with 0.38.2): sorted keys, no
// indentation, no comments, so that `inspect` shows the same text in both programs.
#pragma once

#include "berth/util/toml.hpp"

#include <string>

namespace berth::builder {

std::string format_toml(const toml::table &table);

} // namespace berth::builder
