// SPDX-License-Identifier: Apache-2.0
#include "berth/job/provenance_metadata.hpp"

#include "berth/buildkit/content.hpp"
#include "berth/buildkit/control.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

namespace berth::job {

namespace {

using nlohmann::json;

json part(const json &object, const char *key) {
    auto found = object.find(key);
    return found == object.end() ? json() : *found;
}

// SLSA 1 has other names and places for the same data.
json as_slsa02(const json &slsa1) {
    auto definition = slsa1.value("buildDefinition", json::object());
    auto external = definition.value("externalParameters", json::object());
    auto internal = definition.value("internalParameters", json::object());
    auto details = slsa1.value("runDetails", json::object());
    auto source = external.value("configSource", json::object());
    if (auto path = part(source, "path"); !path.is_null())
        source["entryPoint"] = path;
    source.erase("path");
    json result = {{"buildType", "https://mobyproject.org/buildkit@v1"},
                   {"builder", {{"id", details.value("builder", json::object()).value("id", "")}}}};
    json materials = json::array();
    for (const auto &dependency : definition.value("resolvedDependencies", json::array()))
        materials.push_back(
            {{"uri", part(dependency, "uri")}, {"digest", part(dependency, "digest")}});
    if (!materials.empty())
        result["materials"] = materials;
    auto environment = internal;
    environment.erase("buildConfig");
    environment["platform"] = environment.value("builderPlatform", "");
    environment.erase("builderPlatform");
    environment.erase("targetPlatform"); // not in the older form
    result["invocation"] = {{"configSource", source},
                            {"parameters", external.value("request", json::object())},
                            {"environment", environment}};
    if (auto config = part(internal, "buildConfig"); !config.is_null())
        result["buildConfig"] = config;
    auto metadata = part(details, "metadata");
    if (!metadata.is_object())
        return result;
    auto complete = metadata.value("buildkit_completeness", json::object());
    auto &shown = result["metadata"];
    shown = {{"buildInvocationID", part(metadata, "invocationId")},
             {"buildStartedOn", part(metadata, "startedOn")},
             {"buildFinishedOn", part(metadata, "finishedOn")},
             {"completeness",
              {{"parameters", complete.value("request", false)},
               {"environment", true},
               {"materials", complete.value("resolvedDependencies", false)}}},
             {"reproducible", metadata.value("buildkit_reproducible", false)},
             {"https://mobyproject.org/buildkit@v1#metadata",
              metadata.value("buildkit_metadata", json::object())}};
    if (metadata.value("buildkit_hermetic", false))
        shown["https://mobyproject.org/buildkit@v1#hermetic"] = true;
    return result;
}

void add_documents(std::vector<ProvenanceDocument> &documents, buildkit::Content &content,
                   const std::string &platform, const buildkit::control::BuildResultInfo &result) {
    for (const auto &attestation : result.attestations()) {
        auto type = attestation.annotations().find("in-toto.io/predicate-type");
        if (type == attestation.annotations().end() ||
            !type->second.starts_with("https://slsa.dev/provenance/"))
            continue;
        documents.push_back({.platform = platform,
                             .type = type->second,
                             .json = content.read_all(attestation.digest())});
        return;
    }
}

} // namespace

ProvenanceMode metadata_provenance_mode(const Environment &environment) {
    auto mode = environment.get("BUILDX_METADATA_PROVENANCE");
    if (mode == "max")
        return ProvenanceMode::max;
    return mode == "disabled" || parse_bool(mode) == false ? ProvenanceMode::disabled
                                                           : ProvenanceMode::min;
}

std::vector<ProvenanceDocument> read_provenance(buildkit::Connection &connection,
                                                const std::string &ref) {
    buildkit::Control control(connection);
    buildkit::Content content(connection);
    buildkit::control::BuildHistoryRequest request;
    request.set_ref(ref);
    request.set_early_exit(true);
    std::vector<ProvenanceDocument> documents;
    control.history(request, [&](const buildkit::control::BuildHistoryEvent &event) {
        const auto &record = event.record();
        if (record.results().empty())
            add_documents(documents, content, "", record.result());
        for (const auto &[platform, result] : record.results())
            add_documents(documents, content, platform, result);
    });
    return documents;
}

void add_provenance(json &metadata, const std::vector<ProvenanceDocument> &documents,
                    ProvenanceMode mode) {
    if (mode == ProvenanceMode::disabled)
        return;
    for (const auto &document : documents) {
        try {
            auto provenance = read_json(document.json);
            if (document.type == "https://slsa.dev/provenance/v1")
                provenance = as_slsa02(provenance);
            if (mode == ProvenanceMode::min) {
                provenance.erase("buildConfig");
                provenance.erase("metadata");
            }
            metadata["buildx.build.provenance" +
                     (document.platform.empty() ? "" : "/" + document.platform)] = provenance;
        } catch (const json::exception &) {
            continue;
        }
    }
}

} // namespace berth::job
