// SPDX-License-Identifier: Apache-2.0
// A build from its options to its outputs: `berth build`. Implemented by targets.hpp.
#pragma once

#include "berth/job/build_setting.hpp"
#include "berth/job/options.hpp"
#include "berth/progress/display.hpp"

namespace berth::job {

// Builds. Returns false if a check (BuildOptions::call) has findings. Throws Error, with exit code
// 1 if the build itself failed.
bool run_build(const BuildSetting &setting, const BuildOptions &options,
               progress::Display &display);

} // namespace berth::job
