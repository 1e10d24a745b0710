// SPDX-License-Identifier: Apache-2.0
// The spans of a stored trace.
#pragma once

#include "berth/util/units.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::history {

struct Attribute {
    std::string key, type; // type: STRING, INT64, BOOLSLICE …
    nlohmann::ordered_json value;
};
struct SpanId {
    std::string trace, span; // hexadecimal
};
struct SpanEvent {
    std::string name;
    std::vector<Attribute> attributes;
    std::int64_t dropped = 0;
    Time time = {};
};
struct Span {
    std::string name;
    SpanId id, parent;
    bool sampled = false;
    int kind = 0, status = 0; // OpenTelemetry's numbers
    std::string status_text;
    Time start = {}, end = {};
    std::vector<Attribute> attributes, resource;
    std::vector<SpanEvent> events;
    std::vector<SpanId> links;
    std::string library, library_version;
};

// Throws Error if the text is not a sequence of spans.
std::vector<Span> read_spans(std::string_view text);
// Calls `each` with every span as a document.
void each_span(std::string_view text, const std::function<void(nlohmann::ordered_json)> &each);

} // namespace berth::history
