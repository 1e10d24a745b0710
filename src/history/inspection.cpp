// SPDX-License-Identifier: Apache-2.0
#include "berth/history/inspection.hpp"

#include "berth/builder/platform.hpp"
#include "berth/buildkit/timestamp.hpp"
#include "berth/history/build_name.hpp"
#include "berth/util/error.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include "attributes.hpp"
#include "failure.hpp"

#include <fmt/format.h>

#include <ctime>

namespace berth::history {
namespace {

using Json = nlohmann::ordered_json;

// `path` relative to `base`, or unchanged if it is not below it.
std::string relative(const std::string &path, const std::string &base) {
    if (std::filesystem::path(path).is_absolute() != std::filesystem::path(base).is_absolute())
        return path;
    auto seen = std::filesystem::path(path).lexically_relative(base).string();
    if (seen.empty() || seen.starts_with("../"))
        return path;
    if (seen.size() > 1 && seen.ends_with('/'))
        seen.pop_back();
    return seen;
}

struct Places {
    std::string context, dockerfile;
};

Places noted_places(const store::BuildRef &noted, const std::string &working_directory) {
    Places places{.context = noted.local_path, .dockerfile = noted.dockerfile_path};
    if (!places.dockerfile.empty() && places.dockerfile != "-")
        places.dockerfile = relative(places.dockerfile, places.context);
    if (!places.context.empty())
        places.context = relative(places.context, working_directory);
    return places;
}

Places places_of(AttributeReader &attributes, const std::optional<store::BuildRef> &noted,
                 const std::string &working_directory) {
    Places places;
    if (noted)
        places = noted_places(*noted, working_directory);
    if (attributes.has("context") && places.context.empty())
        places.context = *attributes.take("context");
    auto file = attributes.take("filename");
    if (places.dockerfile.empty() && file) {
        places.dockerfile = *file;
        if (attributes.has("vcs:localdir:dockerfile"))
            places.dockerfile =
                (std::filesystem::path(attributes.value("vcs:localdir:dockerfile")) / *file)
                    .lexically_normal()
                    .string();
    }
    return places;
}

Json platforms_of(AttributeReader &attributes, Json &errors) {
    auto platforms = Json::array();
    auto text = attributes.take("platform");
    if (!text)
        return platforms;
    try {
        for (const auto &one : split(*text, ','))
            platforms.push_back(builder::format_platform(builder::parse_platform(one)));
    } catch (const Error &error) {
        errors.push_back(fmt::format("failed to parse {}: ({})", *text, error.what()));
        return Json::array();
    }
    return platforms;
}

// The materials of the provenance.
Json materials_of(buildkit::Connection &connection, const std::vector<Attachment> &attachments) {
    auto materials = Json::array();
    for (const auto &attachment : attachments) {
        if (!attachment.type.starts_with("https://slsa.dev/provenance/"))
            continue;
        nlohmann::json predicate;
        try {
            predicate = read_json(buildkit::Content(connection).read_all(attachment.digest));
        } catch (const buildkit::GrpcError &error) {
            throw Error(fmt::format("failed to read provenance {}: {}", attachment.digest,
                                    printable(error.what())));
        }
        if (!predicate.is_object())
            throw Error(fmt::format("failed to unmarshal provenance {}", attachment.digest));
        auto list = predicate.value("/buildDefinition/resolvedDependencies"_json_pointer,
                                    predicate.value("materials", nlohmann::json()));
        for (const auto &one : list.is_array() ? list : nlohmann::json::array()) {
            auto digests = Json::array();
            if (one.is_object() && one.contains("digest") && one["digest"].is_object())
                for (const auto &[algorithm, digest] : one["digest"].items())
                    if (digest.is_string())
                        digests.push_back(algorithm + ":" + digest.get<std::string>());
            auto uri = one.is_object() ? one.value("uri", nlohmann::json("")) : nlohmann::json("");
            materials.push_back(
                {{"URI", uri.is_string() ? uri.get<std::string>() : ""}, {"Digests", digests}});
        }
        break;
    }
    return materials;
}

Json attachments_json(const std::vector<Attachment> &attachments) {
    auto list = Json::array();
    for (const auto &one : attachments)
        list.push_back({{"Digest", one.digest}, {"Platform", one.platform}, {"Type", one.type}});
    return list;
}

void add_times(const Record &record, Json &document) {
    const auto &message = record.message;
    document["StartedAt"] = nullptr;
    document["CompletedAt"] = nullptr;
    if (message.has_created_at())
        document["StartedAt"] = format_local_time(record.created_at());
    if (record.completed())
        document["CompletedAt"] =
            format_local_time(buildkit::read_time(message.completed_at()).value_or(Time()));
    document["Duration"] = record.duration().value_or(std::chrono::nanoseconds(0)).count();
    document["Status"] = record.completed() ? "completed" : "running";
    document["Error"] = nullptr;
}

} // namespace

std::string format_local_time(Time time) {
    auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    std::time_t count = seconds.time_since_epoch().count();
    std::tm local{};
    ::localtime_r(&count, &local);
    auto text = format_rfc3339(time + std::chrono::seconds(local.tm_gmtoff));
    if (local.tm_gmtoff == 0)
        return text;
    text.pop_back(); // Z
    auto minutes = std::abs(local.tm_gmtoff) / 60;
    return fmt::format("{}{}{:02}:{:02}", text, local.tm_gmtoff < 0 ? '-' : '+', minutes / 60,
                       minutes % 60);
}

Inspection inspect(buildkit::Connection &connection, const Record &record,
                   const std::optional<store::BuildRef> &noted,
                   const std::filesystem::path &working_directory) {
    const auto &message = record.message;
    Attributes all(message.frontend_attrs().begin(), message.frontend_attrs().end());
    all.erase("frontend.caps");
    AttributeReader attributes(all);
    auto places = places_of(attributes, noted, working_directory.string());
    auto errors = Json::array();
    Inspection inspection;
    auto &document = inspection.document;
    // docker buildx has already read these two.
    if (!attributes.has("context"))
        all.erase("context");
    all.erase("filename");
    document["Name"] = build_name(all, noted);
    document["Ref"] = message.ref();
    document["Context"] = places.context;
    document["Dockerfile"] = places.dockerfile;
    bool remote = attributes.has("context");
    document["VCSRepository"] = remote ? "" : attributes.value("vcs:source");
    document["VCSRevision"] = remote ? "" : attributes.value("vcs:revision");
    document["Target"] = attributes.take("target").value_or("");
    document["Platform"] = platforms_of(attributes, errors);
    document["KeepGitDir"] =
        take_bool(attributes, "build-arg:BUILDKIT_CONTEXT_KEEP_GIT_DIR", false, errors);
    document["NamedContexts"] = attributes.with_prefix("context:");
    add_times(record, document);
    add_failure(connection, record, inspection);
    document["NumCompletedSteps"] = message.num_completed_steps();
    document["NumTotalSteps"] = message.num_total_steps();
    document["NumCachedSteps"] = message.num_cached_steps();
    document["BuildArgs"] = attributes.with_prefix("build-arg:");
    document["Labels"] = attributes.with_prefix("label:");
    document["Config"] = take_config(attributes, errors);
    auto attached = attachments(connection, record);
    document["Materials"] = materials_of(connection, attached);
    document["Attachments"] = attachments_json(attached);
    document["Errors"] = std::move(errors);
    return inspection;
}

Json without_empty(const Json &document) {
    if (document.is_array()) {
        auto list = Json::array();
        for (const auto &one : document)
            list.push_back(without_empty(one));
        return list;
    }
    if (!document.is_object())
        return document;
    auto object = Json::object();
    for (const auto &[name, value] : document.items()) {
        bool kept = name == "Ref" || name == "Config" || name.starts_with("Num");
        // NOLINTNEXTLINE(readability-container-size-empty): empty() of a JSON string is false
        bool says_nothing = value.empty() || value == "" || value == 0 || value == false;
        if (kept || !says_nothing)
            object[name] = without_empty(value);
    }
    return object;
}

} // namespace berth::history
