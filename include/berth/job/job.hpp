// SPDX-License-Identifier: Apache-2.0
// A build from its options to its outputs: `berth build`. Implemented by targets.hpp.
#pragma once

#include "berth/job/build_setting.hpp"
#include "berth/job/options.hpp"
#include "berth/job/targets.hpp"
#include "berth/progress/display.hpp"

#include <vector>

namespace berth::job {

// Builds. Returns false if a check (BuildOptions::call) has findings. Throws Error, with exit code
// 1 if the build itself failed. `parts`: see NamedTarget.
bool run_build(const std::vector<BuildSetting> &nodes, const BuildOptions &options,
               const std::vector<TargetPart> &parts, progress::Display &display);

} // namespace berth::job
