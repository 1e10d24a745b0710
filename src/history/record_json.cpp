// SPDX-License-Identifier: Apache-2.0
#include "record_json.hpp"

#include <map>

namespace berth::history {
namespace {

using Json = nlohmann::ordered_json;
namespace control = moby::buildkit::v1;

// Sorted by name, as Go writes maps.
template<class Map>
Json sorted(const Map &map) {
    return std::map<std::string, std::string>(map.begin(), map.end());
}

void add_text(Json &json, const char *name, const std::string &value) {
    if (!value.empty())
        json[name] = value;
}

void add_number(Json &json, const char *name, std::int64_t value) {
    if (value != 0)
        json[name] = value;
}

template<class Map>
void add_map(Json &json, const char *name, const Map &map) {
    if (!map.empty())
        json[name] = sorted(map);
}

Json time(const berth::well_known::Timestamp &from) {
    auto json = Json::object();
    add_number(json, "seconds", from.seconds());
    add_number(json, "nanos", from.nanos());
    return json;
}

Json descriptor(const control::Descriptor &from, const char *media_type) {
    auto json = Json::object();
    add_text(json, media_type, from.media_type());
    add_text(json, "digest", from.digest());
    add_number(json, "size", from.size());
    add_map(json, "annotations", from.annotations());
    return json;
}

Json descriptor(const control::Descriptor &from) {
    return descriptor(from, "media_type");
}

Json result(const control::BuildResultInfo &from) {
    auto json = Json::object();
    if (from.has_result_deprecated())
        json["ResultDeprecated"] = descriptor(from.result_deprecated());
    for (const auto &attestation : from.attestations())
        json["Attestations"].push_back(descriptor(attestation));
    std::map<std::string, Json> results;
    for (const auto &[number, one] : from.results())
        results.emplace(std::to_string(number), descriptor(one));
    if (!results.empty())
        json["Results"] = results;
    return json;
}

Json exporter(const control::Exporter &from) {
    auto json = Json::object();
    add_text(json, "Type", from.type());
    add_map(json, "Attrs", from.attrs());
    return json;
}

Json error(const google::rpc::Status &from) {
    auto json = Json::object();
    add_number(json, "code", from.code());
    add_text(json, "message", from.message());
    return json;
}

} // namespace

Json record_json(const control::BuildHistoryRecord &record) {
    auto json = Json::object();
    add_text(json, "Ref", record.ref());
    add_text(json, "Frontend", record.frontend());
    add_map(json, "FrontendAttrs", record.frontend_attrs());
    for (const auto &one : record.exporters())
        json["Exporters"].push_back(exporter(one));
    if (record.has_error())
        json["error"] = error(record.error());
    if (record.has_created_at())
        json["CreatedAt"] = time(record.created_at());
    if (record.has_completed_at())
        json["CompletedAt"] = time(record.completed_at());
    if (record.has_logs())
        json["logs"] = descriptor(record.logs());
    add_map(json, "ExporterResponse", record.exporter_response());
    if (record.has_result())
        json["Result"] = result(record.result());
    std::map<std::string, Json> results;
    for (const auto &[platform, one] : record.results())
        results.emplace(platform, result(one));
    if (!results.empty())
        json["Results"] = results;
    add_number(json, "Generation", record.generation());
    if (record.has_trace())
        json["trace"] = descriptor(record.trace());
    if (record.pinned())
        json["pinned"] = true;
    add_number(json, "numCachedSteps", record.num_cached_steps());
    add_number(json, "numTotalSteps", record.num_total_steps());
    add_number(json, "numCompletedSteps", record.num_completed_steps());
    if (record.has_external_error())
        json["externalError"] = descriptor(record.external_error());
    add_number(json, "numWarnings", record.num_warnings());
    return json;
}

Json oci_descriptor(const control::Descriptor &from) {
    return descriptor(from, "mediaType");
}

} // namespace berth::history
