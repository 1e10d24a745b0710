// BuildKit's messages about progress as what displays draw.
#pragma once

#include "berth/progress/solve_status.hpp"

#include "buildkit/control.pb.h"

namespace berth::solve {

progress::SolveStatus read_status(const moby::buildkit::v1::StatusResponse &response);

} // namespace berth::solve
