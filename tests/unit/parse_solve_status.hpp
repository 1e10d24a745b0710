// SPDX-License-Identifier: Apache-2.0
// Reads a line of a recorded rawjson stream. Only tests do: berth gets progress as messages.
#pragma once

#include "berth/progress/solve_status.hpp"
#include "berth/util/encoding.hpp"

#include <nlohmann/json.hpp>

namespace berth::progress {

inline std::optional<Time> time_of(const nlohmann::json &object, const char *key) {
    auto text = object.find(key);
    return text == object.end() || text->is_null() ? std::nullopt
                                                   : parse_rfc3339(text->get<std::string>());
}

inline std::string bytes_of(const nlohmann::json &value) {
    return base64_decode(value.get<std::string>()).value();
}

inline Vertex vertex_of(const nlohmann::json &from) {
    Vertex vertex{.digest = from.value("digest", ""),
                  .inputs = from.value("inputs", std::vector<std::string>()),
                  .name = from.value("name", ""),
                  .started = time_of(from, "started"),
                  .completed = time_of(from, "completed"),
                  .cached = from.value("cached", false),
                  .error = from.value("error", "")};
    if (auto group = from.find("progressGroup"); group != from.end() && group->is_object()) {
        vertex.progress_group = group->value("id", "");
        vertex.progress_group_name = group->value("name", "");
        vertex.weak_group = group->value("weak", false);
    }
    return vertex;
}

inline VertexWarning warning_of(const nlohmann::json &from) {
    VertexWarning warning{.vertex = from.value("vertex", ""),
                          .level = from.value("level", 0),
                          .summary = bytes_of(from.value("short", "")),
                          .url = from.value("url", "")};
    for (const auto &line : from.value("detail", nlohmann::json::array()))
        warning.detail.push_back(bytes_of(line));
    auto source = from.value("sourceInfo", nlohmann::json::object());
    warning.file_name = source.value("filename", "");
    warning.file_data = bytes_of(source.value("data", ""));
    warning.file_language = source.value("language", "");
    for (const auto &range : from.value("range", nlohmann::json::array()))
        warning.ranges.push_back({.start_line = range.at("start").value("line", 0),
                                  .end_line = range.at("end").value("line", 0)});
    return warning;
}

// Nothing for a line that is no JSON object.
inline std::optional<SolveStatus> parse_solve_status(std::string_view line) {
    auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object())
        return std::nullopt;
    auto list = [&](const char *key) {
        auto found = json.find(key);
        return found == json.end() || found->is_null() ? nlohmann::json::array() : *found;
    };
    SolveStatus status;
    for (const auto &vertex : list("vertexes"))
        status.vertexes.push_back(vertex_of(vertex));
    for (const auto &one : list("statuses"))
        status.statuses.push_back({.id = one.value("id", ""),
                                   .vertex = one.value("vertex", ""),
                                   .name = one.value("name", ""),
                                   .current = one.value("current", std::int64_t{0}),
                                   .total = one.value("total", std::int64_t{0}),
                                   .timestamp = time_of(one, "timestamp").value_or(Time()),
                                   .started = time_of(one, "started"),
                                   .completed = time_of(one, "completed")});
    for (const auto &log : list("logs"))
        status.logs.push_back({.vertex = log.value("vertex", ""),
                               .stream = log.value("stream", 1),
                               .data = bytes_of(log.value("data", "")),
                               .timestamp = time_of(log, "timestamp").value_or(Time())});
    for (const auto &warning : list("warnings"))
        status.warnings.push_back(warning_of(warning));
    return status;
}

} // namespace berth::progress
