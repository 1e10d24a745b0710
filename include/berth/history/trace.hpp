// SPDX-License-Identifier: Apache-2.0
// OpenTelemetry traces of builds, in BuildKit's form: one JSON object per span.
#pragma once

#include "berth/history/records.hpp"

#include <string>
#include <string_view>

namespace berth::history {

// The trace in the form that Jaeger imports, with a newline. Throws Error if the text is not a
// trace, or has no spans.
std::string jaeger_trace(std::string_view spans);

// Replaces possible secrets, such as values of tokens and keys in attributes, by xxxxx.
std::string without_secrets(std::string_view spans);

// The stored trace of a completed build; it is finalized first if BuildKit has not written it.
// Throws Error if it does not exist.
std::string read_trace(buildkit::Connection &connection, const Record &record, Time now);

} // namespace berth::history
