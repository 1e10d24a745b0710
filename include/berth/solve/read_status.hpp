// SPDX-License-Identifier: Apache-2.0
// Converts BuildKit's progress messages for displays.
#pragma once

#include "berth/progress/solve_status.hpp"

#include "buildkit/control.pb.h"

#include <functional>

namespace berth::solve {

// Reports a message, with a long log in pieces: BuildKit may send many megabytes at once, and a
// display needs several times that. Reports completed steps after their log.
void report_status(moby::buildkit::v1::StatusResponse response,
                   const std::function<void(const progress::SolveStatus &)> &report);

} // namespace berth::solve
