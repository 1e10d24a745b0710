// SPDX-License-Identifier: Apache-2.0
// The services of a request's session.
#pragma once

#include "berth/buildkit/message_stream.hpp"
#include "berth/solve/request.hpp"

namespace berth::solve {

buildkit::Services services_of(const Request &request);

} // namespace berth::solve
