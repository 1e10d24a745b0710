// SPDX-License-Identifier: Apache-2.0
// The services of a request's session, whose failures are watched.
#pragma once

#include "berth/buildkit/message_stream.hpp"
#include "berth/solve/request.hpp"

namespace berth::solve {

// `failures` must outlive their calls.
buildkit::Services services_of(const Request &request, TransferFailures &failures);

} // namespace berth::solve
