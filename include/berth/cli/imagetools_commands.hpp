// SPDX-License-Identifier: Apache-2.0
// The commands below `berth imagetools`, used only by imagetools.cpp.
#pragma once

#include "berth/cli/command_line.hpp"
#include "berth/registry/images.hpp"

namespace berth::cli {

void add_imagetools_create(args::Command &group, Action &action);
void add_imagetools_inspect(args::Command &group, Action &action);

// Access to registries, with the settings of the builder in use and docker's credentials.
registry::ClientOptions registry_options(const Context &context);

} // namespace berth::cli
