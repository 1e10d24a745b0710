// SPDX-License-Identifier: Apache-2.0
#include "berth/history/trace.hpp"

#include "berth/buildkit/content.hpp"
#include "berth/util/error.hpp"
#include "berth/util/go_json.hpp"
#include "berth/util/strings.hpp"

#include "spans.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace berth::history {
namespace {

using Json = nlohmann::ordered_json;

Json tag(const std::string &key, const char *type, Json value) {
    return {{"key", key}, {"type", type}, {"value", std::move(value)}};
}

Json string_tag(const std::string &key, const std::string &value) {
    return tag(key, "string", value);
}

// Adds an attribute as a tag; skips unknown types.
void add_tag(Json &tags, const Attribute &attribute) {
    const auto &[key, type, value] = attribute;
    if (type == "STRING")
        tags.push_back(tag(key, "string", value));
    else if (type == "BOOL")
        tags.push_back(tag(key, "bool", value));
    else if (type == "INT64")
        tags.push_back(tag(key, "int64", value));
    else if (type == "FLOAT64")
        tags.push_back(tag(key, "float64", value));
    else if (type.ends_with("SLICE"))
        tags.push_back(string_tag(key, go_json(value)));
}

Json span_tags(const Span &span) {
    static constexpr const char *kinds[] = {"unspecified", "internal", "server",
                                            "client",      "producer", "consumer"};
    constexpr int internal = 1, error = 1, ok = 2;
    auto tags = Json::array();
    for (const auto &attribute : span.attributes)
        add_tag(tags, attribute);
    if (!span.library.empty()) {
        tags.push_back(string_tag("otel.library.name", span.library));
        if (!span.library_version.empty())
            tags.push_back(string_tag("otel.library.version", span.library_version));
    }
    if (span.kind != internal)
        tags.push_back(
            string_tag("span.kind", span.kind > 0 && span.kind < 6 ? kinds[span.kind] : kinds[0]));
    if (span.status == ok) {
        tags.push_back(string_tag("otel.status_code", "OK"));
    } else if (span.status == error) {
        tags.push_back(tag("error", "bool", true));
        tags.push_back(string_tag("otel.status_code", "ERROR"));
    }
    if ((span.status == ok || span.status == error) && !span.status_text.empty())
        tags.push_back(string_tag("otel.status_description", span.status_text));
    return tags;
}

std::int64_t microseconds(std::chrono::nanoseconds time) {
    return time.count() / 1000;
}

Json logs_of(const Span &span) {
    Json logs; // null if empty
    for (const auto &event : span.events) {
        auto fields = Json::array();
        if (!event.name.empty())
            fields.push_back(string_tag("event", event.name));
        for (const auto &attribute : event.attributes)
            add_tag(fields, attribute);
        if (event.dropped != 0)
            fields.push_back(tag("otel.event.dropped_attributes_count", "int64", event.dropped));
        logs.push_back({{"timestamp", microseconds(event.time.time_since_epoch())},
                        {"fields", std::move(fields)}});
    }
    return logs;
}

Json reference(const char *type, const SpanId &id) {
    return {{"refType", type}, {"traceID", id.trace}, {"spanID", id.span}};
}

Json span_json(const Span &span, std::size_t number) {
    auto references = Json::array();
    for (const auto &link : span.links)
        references.push_back(reference("FOLLOWS_FROM", link));
    references.push_back(reference("CHILD_OF", span.parent));
    Json json = {{"traceID", span.id.trace}, {"spanID", span.id.span}};
    if (span.sampled)
        json["flags"] = 1;
    json["operationName"] = span.name;
    json["references"] = std::move(references);
    json["startTime"] = microseconds(span.start.time_since_epoch());
    json["duration"] = microseconds(span.end - span.start);
    json["tags"] = span_tags(span);
    json["logs"] = logs_of(span);
    json["processID"] = fmt::format("p{}", number);
    json["warnings"] = nullptr;
    return json;
}

Json process_json(const Span &span) {
    std::map<std::string, Attribute> resource; // the last of a name wins
    for (const auto &attribute : span.resource)
        resource.insert_or_assign(attribute.key, attribute);
    std::string service;
    Json tags;
    for (const auto &[key, attribute] : resource)
        if (key != "service.name")
            add_tag(tags, attribute);
        else if (attribute.value.is_string())
            service = attribute.value.get<std::string>();
    return {{"serviceName", service.empty() ? "unknown_service:buildx" : service}, {"tags", tags}};
}

} // namespace

std::string jaeger_trace(std::string_view text) {
    auto spans = read_spans(text);
    if (spans.empty())
        throw Error("no trace data");
    auto list = Json::array();
    std::map<std::string, Json> processes;
    for (std::size_t i = 0; i < spans.size(); ++i) {
        list.push_back(span_json(spans[i], i));
        processes.emplace(fmt::format("p{}", i), process_json(spans[i]));
    }
    Json trace = {{"traceID", spans.front().id.trace},
                  {"spans", std::move(list)},
                  {"processes", processes},
                  {"warnings", nullptr}};
    return go_json({{"data", Json::array({std::move(trace)})}}, 2) + "\n";
}

std::string read_trace(buildkit::Connection &connection, const Record &record, Time now) {
    constexpr std::size_t largest = 64 << 20; // bytes
    const auto &ref = record.message.ref();
    auto found = record;
    if (!record.completed())
        throw Error(fmt::format(
            "build \"{}\" is not completed, only completed builds can be traced", printable(ref)));
    if (!found.message.has_trace()) {
        std::this_thread::sleep_for(
            std::chrono::seconds(1)); // its last spans may still be arriving
        finalize_record(connection, ref);
        auto records = read_records(connection, record.node,
                                    {.ref = ref, .filters = {}, .completed_only = true}, now);
        if (records.empty())
            throw Error(fmt::format("build record \"{}\" was deleted", printable(ref)));
        found = records.front();
    }
    if (!found.message.has_trace())
        throw Error(fmt::format("build record \"{}\" is missing a trace", printable(ref)));
    return buildkit::Content(connection).read_all(found.message.trace().digest(), largest);
}

} // namespace berth::history
