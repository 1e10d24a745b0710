// SPDX-License-Identifier: Apache-2.0
// Writes a SolveStatus in the form of docker buildx --progress=rawjson.
#include "berth/progress/solve_status.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/go_json.hpp"

#include <nlohmann/json.hpp>

namespace berth::progress {

namespace {

using Json = nlohmann::ordered_json;

void put(Json &object, const char *key, const std::string &text) {
    if (!text.empty())
        object[key] = text;
}

void put(Json &object, const char *key, const std::optional<Time> &time) {
    if (time)
        object[key] = format_rfc3339(*time);
}

Json to_json(const Vertex &vertex) {
    Json json;
    json["digest"] = vertex.digest;
    if (!vertex.inputs.empty())
        json["inputs"] = vertex.inputs;
    put(json, "name", vertex.name);
    put(json, "started", vertex.started);
    put(json, "completed", vertex.completed);
    if (vertex.cached)
        json["cached"] = true;
    put(json, "error", vertex.error);
    if (!vertex.progress_group.empty()) {
        auto &group = json["progressGroup"];
        group["id"] = vertex.progress_group;
        put(group, "name", vertex.progress_group_name);
        if (vertex.weak_group)
            group["weak"] = true;
    }
    return json;
}

Json to_json(const VertexStatus &status) {
    Json json;
    json["id"] = status.id;
    json["vertex"] = status.vertex;
    put(json, "name", status.name);
    if (status.total != 0)
        json["total"] = status.total;
    json["current"] = status.current;
    json["timestamp"] = format_rfc3339(status.timestamp);
    put(json, "started", status.started);
    put(json, "completed", status.completed);
    return json;
}

Json to_json(const VertexLog &log) {
    Json json;
    put(json, "vertex", log.vertex);
    json["stream"] = log.stream;
    json["data"] = base64_encode(log.data);
    json["timestamp"] = format_rfc3339(log.timestamp);
    return json;
}

Json to_json(const VertexWarning &warning) {
    Json json;
    put(json, "vertex", warning.vertex);
    json["level"] = warning.level;
    json["short"] = base64_encode(warning.summary);
    for (auto &line : warning.detail)
        json["detail"].push_back(base64_encode(line));
    put(json, "url", warning.url);
    if (!warning.file_name.empty() || !warning.file_data.empty()) {
        put(json["sourceInfo"], "filename", warning.file_name);
        put(json["sourceInfo"], "data", base64_encode(warning.file_data));
        put(json["sourceInfo"], "language", warning.file_language);
    }
    for (auto &range : warning.ranges)
        json["range"].push_back({{"start", {{"line", range.start_line}}}, //
                                 {"end", {{"line", range.end_line}}}});
    return json;
}

template<typename Items>
void put_list(Json &json, const char *key, const Items &items) {
    for (auto &item : items)
        json[key].push_back(to_json(item));
}

} // namespace

std::string format_solve_status(const SolveStatus &status) {
    auto json = Json::object();
    put_list(json, "vertexes", status.vertexes);
    put_list(json, "statuses", status.statuses);
    put_list(json, "logs", status.logs);
    put_list(json, "warnings", status.warnings);
    return go_json(json);
}

std::string format_warning(const VertexWarning &warning) {
    return go_json(to_json(warning));
}

} // namespace berth::progress
