// SPDX-License-Identifier: Apache-2.0
#include "berth/history/bundle.hpp"

#include "berth/buildkit/content.hpp"
#include "berth/history/attachments.hpp"
#include "berth/history/trace.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/go_json.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/tar.hpp"

#include "gzip.hpp"
#include "record_json.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

namespace berth::history {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char *manifest_type = "application/vnd.oci.image.manifest.v1+json";
constexpr const char *bundle_type = "application/vnd.oci.image.index.v1+json";
constexpr const char *record_type = "application/vnd.buildkit.historyrecord.v0";

// A blob of this process, or of a builder.
struct Blob {
    std::string content = {};
    std::uint64_t size = 0;
    buildkit::Connection *connection = nullptr; // null: the blob is `content`
};

class Layout {
  public:
    using Write = std::function<void(std::string_view)>;

    // Returns its descriptor.
    Json add(const char *media_type, std::string content) {
        auto digest = "sha256:" + sha256_hex(content);
        Json descriptor = {{"mediaType", media_type}, {"digest", digest}, {"size", content.size()}};
        auto size = content.size();
        blobs_[digest] = {.content = std::move(content), .size = size};
        return descriptor;
    }
    Json add_json(const char *media_type, const Json &document) {
        return add(media_type, go_json(document, 2));
    }
    void add_stored(const control::Descriptor &descriptor, buildkit::Connection &connection) {
        check_digest(descriptor.digest());
        buildkit::Content(connection).size(descriptor.digest()); // throws if it is missing
        blobs_[descriptor.digest()] = {.size = static_cast<std::uint64_t>(descriptor.size()),
                                       .connection = &connection};
    }

    void write(const Json &root, const Write &write) const {
        write_directory("blobs", write);
        std::set<std::string> algorithms;
        for (const auto &[digest, blob] : blobs_) {
            auto colon = digest.find(':');
            auto directory = "blobs/" + digest.substr(0, colon);
            if (algorithms.insert(directory).second)
                write_directory(directory, write);
            write_blob(directory + "/" + digest.substr(colon + 1), digest, blob, write);
        }
        Json index = {
            {"schemaVersion", 2}, {"mediaType", bundle_type}, {"manifests", Json::array({root})}};
        constexpr unsigned index_mode = 0644, layout_mode = 0444;
        write_file("index.json", index_mode, go_json(index), write);
        write_file("oci-layout", layout_mode, R"({"imageLayoutVersion":"1.0.0"})", write);
        std::string end;
        append_tar_end(end);
        write(end);
    }

  private:
    static void write_header(const TarMember &member, const Write &write) {
        std::string header;
        append_tar_header(header, member);
        write(header);
    }
    static void write_directory(const std::string &path, const Write &write) {
        write_header({.path = path, .type = TarMember::directory, .mode = 0755}, write);
    }
    static void pad(std::uint64_t size, const Write &write) {
        write(std::string(tar_padding(size), '\0'));
    }
    static void write_file(const std::string &path, unsigned mode, std::string_view content,
                           const Write &write) {
        write_header({.path = path, .mode = mode, .size = content.size()}, write);
        write(content);
        pad(content.size(), write);
    }
    static void write_blob(const std::string &path, const std::string &digest, const Blob &blob,
                           const Write &write) {
        constexpr unsigned mode = 0444;
        if (blob.connection == nullptr)
            return write_file(path, mode, blob.content, write);
        write_header({.path = path, .mode = mode, .size = blob.size}, write);
        std::uint64_t written = 0;
        auto next = buildkit::Content(*blob.connection).open(digest);
        for (auto piece = next(); !piece.empty(); piece = next()) {
            written += piece.size();
            if (written <= blob.size)
                write(piece);
        }
        if (written != blob.size)
            throw Error(fmt::format("the builder has {} bytes of {}, and its record says {}",
                                    written, digest, blob.size));
        pad(blob.size, write);
    }

    std::map<std::string, Blob> blobs_;
};

// Cache sources with only scope and ref, since other attributes may be credentials.
std::string without_credentials(const std::string &imports) {
    auto list = read_ordered_json(imports);
    if (!list.is_array())
        return "";
    auto kept = Json::array();
    for (const auto &one : list) {
        std::map<std::string, std::string> attributes;
        if (one.is_object() && one.contains("Attrs") && one["Attrs"].is_object())
            for (const auto &[name, value] : one["Attrs"].items())
                if ((name == "scope" || name == "ref") && value.is_string())
                    attributes[name] = value.get<std::string>();
        auto type = one.is_object() ? one.value("Type", Json("")) : Json("");
        auto attrs = Json::object();
        for (const auto &[name, value] : attributes)
            attrs[name] = value;
        kept.push_back({{"Type", type}, {"Attrs", std::move(attrs)}});
    }
    return go_json(kept);
}

class RecordWriter {
  public:
    RecordWriter(Layout &layout, const BundledRecord &bundled)
        : layout_(layout), bundled_(bundled), message_(bundled.record.message) {}

    // Returns the descriptor of its manifest.
    Json write() {
        auto &attributes = *message_.mutable_frontend_attrs();
        if (auto found = attributes.find("cache-imports"); found != attributes.end())
            found->second = without_credentials(found->second);
        if (message_.has_trace())
            add_trace();
        auto config = layout_.add_json(record_type, document());
        if (message_.has_logs())
            add(message_.logs());
        if (message_.has_result())
            add_result(message_.result());
        if (message_.has_external_error())
            add(message_.external_error());
        std::map<std::string, const control::BuildResultInfo *> results;
        for (const auto &[platform, result] : message_.results())
            results[platform] = &result;
        for (const auto &[platform, result] : results)
            add_result(*result);
        return layout_.add_json(manifest_type, {{"schemaVersion", 2},
                                                {"mediaType", manifest_type},
                                                {"config", config},
                                                {"layers", layers_}});
    }

  private:
    void add_trace() {
        constexpr std::size_t largest = 64 << 20; // bytes
        auto &trace = *message_.mutable_trace();
        seen_.insert(trace.digest());
        auto spans = without_secrets(
            buildkit::Content(*bundled_.connection).read_all(trace.digest(), largest));
        auto descriptor = layout_.add(trace.media_type().c_str(), std::move(spans));
        trace.set_digest(descriptor["digest"].get<std::string>());
        trace.set_size(descriptor["size"].get<std::int64_t>());
        layers_.push_back(std::move(descriptor));
    }

    bool is_new(const control::Descriptor &descriptor) {
        if (!seen_.insert(descriptor.digest()).second)
            return false;
        layout_.add_stored(descriptor, *bundled_.connection);
        return true;
    }
    void add(const control::Descriptor &descriptor) {
        if (is_new(descriptor))
            layers_.push_back(oci_descriptor(descriptor));
    }
    void add_result(const control::BuildResultInfo &result) {
        for (const auto &attestation : result.attestations())
            add(attestation);
        std::map<std::int64_t, control::Descriptor> images(result.results().begin(),
                                                           result.results().end());
        for (auto &[number, image] : images) {
            if (!is_new(image))
                continue;
            // As plain JSON, so that readers don't look for the layers of the image.
            (*image.mutable_annotations())["vnd.export-build.descriptor.mediatype"] =
                image.media_type();
            image.set_media_type("application/json");
            layers_.push_back(oci_descriptor(image));
        }
    }

    Json document() const {
        auto json = record_json(message_);
        json["DefaultPlatform"] = bundled_.default_platform;
        if (const auto &noted = bundled_.noted) {
            json["localState"] = {{"Target", noted->target},
                                  {"LocalPath", noted->local_path},
                                  {"DockerfilePath", noted->dockerfile_path}};
            if (!noted->group.empty())
                json["localState"]["GroupRef"] = noted->group;
        }
        if (const auto &group = bundled_.group) {
            json["stateGroup"] = Json::object();
            if (!group->targets.empty())
                json["stateGroup"]["Targets"] = group->targets;
            json["stateGroup"]["Refs"] = group->refs;
        }
        return json;
    }

    Layout &layout_;
    const BundledRecord &bundled_;
    control::BuildHistoryRecord message_;
    std::set<std::string> seen_;
    Json layers_ = nullptr;
};

} // namespace

void write_bundle(const std::vector<BundledRecord> &records,
                  const std::function<void(std::string_view)> &write) {
    Layout layout;
    auto manifests = Json::array();
    for (const auto &record : records) {
        manifests.push_back(RecordWriter(layout, record).write());
        if (records.size() > 1)
            manifests.back()["annotations"] = {
                {"vnd.buildkit.history.reference", record.record.message.ref()}};
    }
    auto root = records.size() == 1 ? manifests.front()
                                    : layout.add_json(bundle_type, {{"schemaVersion", 2},
                                                                    {"mediaType", bundle_type},
                                                                    {"manifests", manifests}});
    Gzip gzip(write);
    layout.write(root, [&gzip](std::string_view bytes) { gzip.add(bytes); });
    gzip.finish();
}

} // namespace berth::history
