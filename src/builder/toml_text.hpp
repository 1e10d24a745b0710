// SPDX-License-Identifier: Apache-2.0
// TOML as docker buildx writes a buildkitd.toml into its store (observed with 0.38.2): keys in
// order, no indentation, no comments, so that `inspect` shows the same text for either program.
#pragma once

#include <string>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace berth::builder {

std::string format_toml(const toml::table &table);

} // namespace berth::builder
