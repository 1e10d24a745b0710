// SPDX-License-Identifier: Apache-2.0
#include "layout.hpp"

#include "berth/image/oci_index.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "limits.hpp"

#include <fmt/format.h>

namespace berth::registry {

using nlohmann::json;

namespace {

constexpr const char *reference_annotation = "vnd.docker.reference.digest";

// The media type of a document without a header: its own member, or a guess from its form.
std::string detect_media_type(const std::string &bytes, const std::string &what) {
    auto document = parse_document(bytes, what);
    if (!document.is_object())
        throw Error(fmt::format("{} is not a JSON object", what));
    if (auto type = document.find("mediaType"); type != document.end() && type->is_string())
        return type->get<std::string>();
    return document.contains("config") ? media::docker_manifest : media::docker_list;
}

json read_index(const std::string &directory) {
    auto index = image::read_oci_index(directory);
    if (index.is_null())
        throw Error(
            fmt::format("{} is not an OCI layout: it has no index.json", printable(directory)));
    return index;
}

std::string read_blob(const std::string &directory, const std::string &digest, std::size_t limit) {
    check_digest(digest, directory);
    auto content = read_file_if_exists(blob_path(directory, digest), limit);
    if (!content)
        throw Error(
            fmt::format("{}: not found in the OCI layout {}", digest, printable(directory)));
    return *std::move(content);
}

class ReferrerWalk {
  public:
    ReferrerWalk(const std::string &directory, const std::string &subject)
        : directory_(directory), subject_(subject) {}

    void visit(const Descriptor &descriptor) {
        if (!visited_.insert(descriptor.digest).second || visited_.size() > most_visited)
            return;
        if (descriptor.annotation(reference_annotation) == subject_)
            add(descriptor);
        if (descriptor.media_type == media::oci_index) {
            for (const auto &child :
                 children({descriptor, read_layout_document(directory_, descriptor)}))
                visit(child);
        } else if (descriptor.media_type == media::oci_manifest) {
            auto manifest = parse_document(read_layout_document(directory_, descriptor),
                                           "manifest " + descriptor.digest);
            if (manifest.is_object() && manifest.contains("subject") &&
                image::descriptor_digest(manifest["subject"]) == subject_)
                add(descriptor);
        }
    }
    void add(const Descriptor &descriptor) {
        found_.insert_or_assign(descriptor.digest, descriptor);
    }
    std::vector<Descriptor> take() {
        std::vector<Descriptor> list;
        for (auto &[digest, descriptor] : found_)
            list.push_back(std::move(descriptor));
        return list;
    }

  private:
    const std::string &directory_, &subject_;
    std::set<std::string> visited_;
    std::map<std::string, Descriptor> found_;
};

} // namespace

std::filesystem::path blob_path(const std::string &directory, const std::string &digest) {
    return std::filesystem::path(directory) / "blobs" / "sha256" / image::hex_of(digest);
}

Document read_layout_manifest(const Location &location) {
    Descriptor descriptor;
    if (location.digest.empty()) {
        auto index = read_index(location.directory);
        // Another entry may be of the same manifest, under another tag.
        if (const auto *entry = image::find_entry_of_oci_index(index, location.tag))
            descriptor = parse_descriptor(*entry, location.directory + "/index.json");
        if (descriptor.digest.empty())
            throw Error(
                fmt::format("reference {} not found: not found", printable(location.text())));
    } else {
        descriptor.digest = location.digest;
    }
    auto bytes = read_blob(location.directory, descriptor.digest, manifest_limit);
    if (descriptor.size == 0)
        descriptor.size = static_cast<std::int64_t>(bytes.size());
    check_document(descriptor, bytes);
    if (descriptor.media_type.empty())
        descriptor.media_type = detect_media_type(bytes, descriptor.digest);
    return {std::move(descriptor), std::move(bytes)};
}

std::string read_layout_document(const std::string &directory, const Descriptor &descriptor) {
    auto bytes = read_blob(directory, descriptor.digest, document_limit);
    check_document(descriptor, bytes);
    return bytes;
}

std::vector<Descriptor> read_layout_referrers(const std::string &directory,
                                              const std::string &digest) {
    ReferrerWalk walk(directory, digest);
    auto index = read_index(directory);
    for (const auto &entry : index["manifests"]) {
        auto descriptor = parse_descriptor(entry, directory + "/index.json");
        auto subject = descriptor.annotation(layout_subject);
        if (subject.empty())
            walk.visit(descriptor);
        else if (subject == digest)
            walk.add(descriptor);
    }
    return walk.take();
}

} // namespace berth::registry
