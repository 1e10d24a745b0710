// SPDX-License-Identifier: Apache-2.0
// What the session of a request serves.
#pragma once

#include "berth/buildkit/message_stream.hpp"
#include "berth/solve/request.hpp"

namespace berth::solve {

buildkit::Services services_of(const Request &request);

} // namespace berth::solve
