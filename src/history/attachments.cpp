// SPDX-License-Identifier: Apache-2.0
#include "berth/history/attachments.hpp"

#include "berth/builder/platform.hpp"
#include "berth/util/error.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <ostream>
#include <tuple>

namespace berth::history {
namespace {

using nlohmann::json;

constexpr std::string_view index_type = "application/vnd.oci.image.index.v1+json";
constexpr std::string_view manifest_list =
    "application/vnd.docker.distribution.manifest.list.v2+json";
constexpr const char *predicate = "in-toto.io/predicate-type";

struct Descriptor {
    std::string media_type, digest;
    std::map<std::string, std::string> annotations;

    std::string annotation(const char *name) const {
        auto found = annotations.find(name);
        return found == annotations.end() ? "" : found->second;
    }
    std::string type() const {
        return annotations.contains(predicate) ? annotation(predicate) : media_type;
    }
};

Descriptor read_descriptor(const control::Descriptor &from) {
    return {.media_type = from.media_type(),
            .digest = from.digest(),
            .annotations = {from.annotations().begin(), from.annotations().end()}};
}

// An entry of an index's manifests.
Descriptor read_descriptor(const json &from) {
    Descriptor descriptor{.media_type = text_at(from, "mediaType"),
                          .digest = text_at(from, "digest"),
                          .annotations = {}};
    if (auto notes = from.find("annotations"); notes != from.end() && notes->is_object())
        for (const auto &[name, value] : notes->items())
            if (value.is_string())
                descriptor.annotations[name] = value.get<std::string>();
    return descriptor;
}

std::string read_platform(const json &from, const std::string &otherwise) {
    auto found = from.find("platform");
    if (found == from.end() || !found->is_object())
        return otherwise;
    store::Platform platform{.architecture = text_at(*found, "architecture"),
                             .os = text_at(*found, "os"),
                             .variant = text_at(*found, "variant"),
                             .os_version = text_at(*found, "os.version")};
    return builder::format_platform(platform);
}

class Walk {
  public:
    explicit Walk(buildkit::Connection &connection) : content_(connection) {}

    void add(const Descriptor &descriptor, const std::string &platform) {
        constexpr std::size_t most = 10'000; // limit for hostile records
        if (found_.size() < most)
            found_.push_back({descriptor.digest, platform, descriptor.type()});
    }

    void result(const Descriptor &descriptor, const std::string &platform, int depth = 0) {
        constexpr int deepest = 4;
        if (depth > deepest || !exists(descriptor.digest))
            return;
        if (descriptor.annotation("vnd.docker.reference.type") != "attestation-manifest")
            add(descriptor, platform);
        if (descriptor.media_type != index_type && descriptor.media_type != manifest_list)
            return;
        auto index = read(descriptor.digest);
        auto manifests = index.find("manifests");
        if (manifests == index.end() || !manifests->is_array())
            return;
        for (const auto &manifest : *manifests)
            if (manifest.is_object())
                result(read_descriptor(manifest), read_platform(manifest, platform), depth + 1);
    }

    std::vector<Attachment> sorted() {
        std::stable_sort(found_.begin(), found_.end(), [](const auto &a, const auto &b) {
            return std::tie(a.platform, a.type) < std::tie(b.platform, b.type);
        });
        return std::move(found_);
    }

  private:
    bool exists(const std::string &digest) {
        try {
            content_.size(digest);
            return true;
        } catch (const buildkit::GrpcError &) {
            return false;
        }
    }
    json read(const std::string &digest) {
        try {
            auto index = read_json(content_.read_all(digest));
            return index.is_object() ? index : json::object();
        } catch (const buildkit::GrpcError &) {
            return json::object();
        }
    }

    buildkit::Content content_;
    std::vector<Attachment> found_;
};

void add_info(Walk &walk, const control::BuildResultInfo &info, const std::string &platform) {
    for (const auto &attestation : info.attestations())
        walk.add(read_descriptor(attestation), platform);
    for (const auto &[number, result] : info.results())
        walk.result(read_descriptor(result), platform);
}

} // namespace

std::vector<Attachment> attachments(buildkit::Connection &connection, const Record &record) {
    Walk walk(connection);
    add_info(walk, record.message.result(), "");
    for (const auto &[key, info] : record.message.results())
        add_info(walk, info, builder::format_platform(builder::parse_platform(key)));
    return walk.sorted();
}

bool has_type(const Attachment &attachment, const std::string &wanted) {
    static const std::multimap<std::string, std::string> types = {
        {"index", std::string(index_type)},
        {"manifest", "application/vnd.oci.image.manifest.v1+json"},
        {"image", "application/vnd.oci.image.config.v1+json"},
        {"provenance", "https://slsa.dev/provenance/v1"},
        {"provenance", "https://slsa.dev/provenance/v0.2"},
        {"sbom", "https://spdx.dev/Document"}};
    auto [begin, end] = types.equal_range(wanted);
    if (begin == end)
        return attachment.type == wanted;
    return std::any_of(begin, end,
                       [&](const auto &entry) { return entry.second == attachment.type; });
}

void copy_blob(buildkit::Connection &connection, const std::string &digest, std::ostream &out) {
    auto next = buildkit::Content(connection).open(digest);
    for (auto piece = next(); !piece.empty(); piece = next())
        out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
}

void check_digest(const std::string &text) {
    static constexpr std::array<std::pair<std::string_view, std::size_t>, 3> algorithms = {
        {{"sha256:", 64}, {"sha384:", 96}, {"sha512:", 128}}};
    for (auto [prefix, digits] : algorithms)
        if (text.starts_with(prefix) && text.size() == prefix.size() + digits &&
            text.find_first_not_of("0123456789abcdef", prefix.size()) == std::string::npos)
            return;
    throw usage_error(fmt::format("invalid digest \"{}\"", printable(text)),
                      "`berth history inspect` lists the digests");
}

} // namespace berth::history
