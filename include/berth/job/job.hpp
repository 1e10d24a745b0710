// SPDX-License-Identifier: Apache-2.0
// A build from its options to its outputs: `berth build`. targets.hpp is the way of it.
#pragma once

#include "berth/job/build_setting.hpp"
#include "berth/job/options.hpp"
#include "berth/job/targets.hpp"
#include "berth/progress/display.hpp"

#include <vector>

namespace berth::job {

// Builds; throws Error with what went wrong, exit code 1 when the build itself failed. False when a
// check (BuildOptions::call) found something. `parts`: see NamedTarget.
bool run_build(const std::vector<BuildSetting> &nodes, const BuildOptions &options,
               const std::vector<TargetPart> &parts, progress::Display &display);

} // namespace berth::job
