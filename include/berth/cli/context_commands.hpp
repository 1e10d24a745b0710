// SPDX-License-Identifier: Apache-2.0
// The commands below `berth context`, used only by context_command.cpp.
#pragma once

#include "berth/cli/command_line.hpp"

namespace berth::cli {

void add_context_ls(args::Command &group, Action &action);

} // namespace berth::cli
