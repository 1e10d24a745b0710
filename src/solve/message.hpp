// SPDX-License-Identifier: Apache-2.0
// A request as a message of Control/Solve.
#pragma once

#include "berth/buildkit/control.hpp"
#include "berth/solve/request.hpp"

namespace berth::solve {

buildkit::control::SolveRequest message_of(const Request &request, const std::string &session);

} // namespace berth::solve
