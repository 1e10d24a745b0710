// SPDX-License-Identifier: Apache-2.0
// The trace that a build belongs to (https://www.w3.org/TR/trace-context/): TRACEPARENT and
// TRACESTATE, as request headers of its calls. BuildKit's spans of the build then belong to it.
#pragma once

#include "berth/buildkit/message_stream.hpp"
#include "berth/util/environment.hpp"

namespace berth::job {

// Empty without a well-formed TRACEPARENT.
buildkit::Metadata trace_metadata(const Environment &environment);

} // namespace berth::job
