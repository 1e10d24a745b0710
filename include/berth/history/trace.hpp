// SPDX-License-Identifier: Apache-2.0
// OpenTelemetry traces of builds, as BuildKit keeps them: one JSON object a span.
#pragma once

#include "berth/history/records.hpp"

#include <string>
#include <string_view>

namespace berth::history {

// The trace in the form that Jaeger imports, with a newline. Throws Error when it is no trace, or
// has no span.
std::string jaeger_trace(std::string_view spans);

// The spans without what may be secret: values of tokens and keys in attributes are xxxxx.
std::string without_secrets(std::string_view spans);

// The stored trace of a completed build; one that BuildKit has not written yet is finalized first.
// Throws Error when there is none.
std::string read_trace(buildkit::Connection &connection, const Record &record, Time now);

} // namespace berth::history
