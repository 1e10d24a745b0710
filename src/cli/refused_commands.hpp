// SPDX-License-Identifier: Apache-2.0
// docker buildx's commands that berth refuses by name: dap, debug, policy, replay.
#pragma once

#include "berth/args/command.hpp"

#include <string>
#include <vector>

namespace berth::cli {

// Throws an Error (exit code `usage`) that says what to use instead if the command of the line is
// one of them, whatever its options are. `root` has the global options.
void refuse_missing_command(const args::Command &root, const std::vector<std::string> &arguments);

} // namespace berth::cli
