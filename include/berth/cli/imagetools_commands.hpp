// SPDX-License-Identifier: Apache-2.0
// The commands below `berth imagetools`, for imagetools.cpp alone.
#pragma once

#include "berth/cli/command_line.hpp"
#include "berth/registry/images.hpp"

namespace berth::cli {

void add_imagetools_create(args::Command &group, Action &action);
void add_imagetools_inspect(args::Command &group, Action &action);

// How registries are reached: by the settings of the builder in use, with docker's credentials.
registry::ClientOptions registry_options(const Context &context);

} // namespace berth::cli
