// SPDX-License-Identifier: Apache-2.0
#include "spans.hpp"

#include "berth/util/error.hpp"
#include "berth/util/json.hpp"

#include <fmt/format.h>

#include <sstream>

namespace berth::history {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void fail(const std::string &why) {
    throw Error("cannot read the build's trace: " + why);
}

const Json &member(const Json &object, const char *key) {
    static const Json none;
    auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() ? *found : none;
}

std::string text(const Json &object, const char *key) {
    const auto &found = member(object, key);
    return found.is_string() ? found.get<std::string>() : "";
}

std::int64_t number(const Json &object, const char *key) {
    const auto &found = member(object, key);
    return found.is_number_integer() ? found.get<std::int64_t>() : 0;
}

Time time(const Json &object, const char *key) {
    return parse_rfc3339(text(object, key)).value_or(Time());
}

SpanId id(const Json &context) {
    auto hexadecimal = [&](const char *key, std::size_t digits) {
        auto found = text(context, key);
        if (found.size() != digits ||
            found.find_first_not_of("0123456789abcdef") != std::string::npos)
            fail(std::string("a span without a ") + key);
        return found;
    };
    return {.trace = hexadecimal("TraceID", 32), .span = hexadecimal("SpanID", 16)};
}

std::vector<Attribute> attributes(const Json &list) {
    std::vector<Attribute> result;
    for (const auto &one : list.is_array() ? list : Json::array())
        result.push_back({.key = text(one, "Key"),
                          .type = text(member(one, "Value"), "Type"),
                          .value = member(member(one, "Value"), "Value")});
    return result;
}

Span read_span(const Json &json) {
    const auto &status = member(json, "Status");
    const auto &scope = member(json, "InstrumentationScope").is_null()
                            ? member(json, "InstrumentationLibrary")
                            : member(json, "InstrumentationScope");
    Span span{.name = text(json, "Name"),
              .id = id(member(json, "SpanContext")),
              .parent = id(member(json, "Parent")),
              .sampled = text(member(json, "SpanContext"), "TraceFlags") == "01",
              .kind = static_cast<int>(number(json, "SpanKind")),
              .status = static_cast<int>(number(status, "Code")),
              .status_text = text(status, "Description"),
              .start = time(json, "StartTime"),
              .end = time(json, "EndTime"),
              .attributes = attributes(member(json, "Attributes")),
              .resource = attributes(member(json, "Resource")),
              .events = {},
              .links = {},
              .library = text(scope, "Name"),
              .library_version = text(scope, "Version")};
    // Codes by name, as newer OpenTelemetry writes them.
    if (auto name = text(status, "Code"); !name.empty())
        span.status = name == "Error" ? 1 : name == "Ok" ? 2 : 0;
    for (const auto &event : member(json, "Events"))
        span.events.push_back({.name = text(event, "Name"),
                               .attributes = attributes(member(event, "Attributes")),
                               .dropped = number(event, "DroppedAttributeCount"),
                               .time = time(event, "Time")});
    for (const auto &link : member(json, "Links"))
        span.links.push_back(id(member(link, "SpanContext")));
    return span;
}

} // namespace

void each_span(std::string_view text, const std::function<void(Json)> &each) {
    if (is_too_deep(text))
        fail(fmt::format("values nested more than {} levels deep", deepest_json));
    std::istringstream in{std::string(text)};
    try {
        while (in >> std::ws && !in.eof()) {
            Json json;
            in >> json;
            if (!json.is_object())
                fail("a value that is no span");
            each(std::move(json));
        }
    } catch (const Json::exception &) {
        fail("it is not JSON");
    }
}

std::vector<Span> read_spans(std::string_view text) {
    std::vector<Span> spans;
    each_span(text, [&](const Json &json) { spans.push_back(read_span(json)); });
    return spans;
}

} // namespace berth::history
