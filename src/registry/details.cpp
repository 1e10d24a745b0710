// SPDX-License-Identifier: Apache-2.0
#include "berth/registry/details.hpp"

#include "berth/builder/platform.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "limits.hpp"

#include <fmt/format.h>

namespace berth::registry {

using nlohmann::json;

namespace {

constexpr std::size_t most_manifests = 2000;

// The manifest to which an attestation belongs.
std::string subject_of(const Descriptor &descriptor) {
    auto subject = descriptor.annotation("com.docker.reference.digest");
    return subject.empty() ? descriptor.annotation("vnd.docker.reference.digest") : subject;
}

bool is_envelope(const std::string &media_type) {
    return media_type.starts_with("application/vnd.in-toto.") && media_type.ends_with("+dsse");
}

bool is_statement(const Descriptor &layer) {
    return layer.media_type == "application/vnd.in-toto+json" || is_envelope(layer.media_type);
}

class Loader {
  public:
    Loader(Images &images, const Location &location, const Wanted &wanted)
        : images_(images), location_(location), wanted_(wanted) {}

    std::map<std::string, Details> load(const Document &root) {
        collect(root, 0);
        read_manifests();
        std::vector<Image *> list;
        for (auto &[platform, image] : by_platform())
            list.push_back(image);
        side_by_side(list.size(), [&](std::size_t i) { read(*list[i]); });
        std::map<std::string, Details> found;
        for (auto &[platform, image] : by_platform())
            found[platform] = std::move(image->details);
        return found;
    }

  private:
    struct Image {
        Document manifest;
        std::string platform = {};
        Details details = {};
    };

    // Manifests below indexes; those of attestations only on request.
    void collect(const Document &document, int depth) {
        if (!is_index(document.descriptor.media_type)) {
            if (is_manifest(document.descriptor.media_type))
                add(document);
            return;
        }
        if (depth > most_nested)
            throw Error(fmt::format("{}: indexes nested too deep", printable(location_.text())));
        for (const auto &child : children(document)) {
            if (is_index(child.media_type))
                collect({child, images_.document(location_, child)}, depth + 1);
            else if (is_manifest(child.media_type) &&
                     (subject_of(child).empty() || wanted_.sboms || wanted_.provenance))
                add({child, ""});
        }
    }

    void add(Document manifest) {
        if (loaded_.size() == most_manifests)
            throw Error(fmt::format("{} has more than {} manifests", printable(location_.text()),
                                    most_manifests));
        loaded_.push_back({std::move(manifest)});
    }

    void read_manifests() {
        side_by_side(loaded_.size(), [&](std::size_t i) {
            auto &image = loaded_[i];
            auto &[descriptor, bytes] = image.manifest;
            bool knows_platform = descriptor.platform || !subject_of(descriptor).empty();
            bool needed = wanted_.configuration || wanted_.sboms || wanted_.provenance;
            if (bytes.empty() && (needed || !knows_platform))
                bytes = images_.document(location_, descriptor);
            if (subject_of(descriptor).empty())
                image.platform = platform_of(image);
        });
        for (const auto &image : loaded_)
            if (auto subject = subject_of(image.manifest.descriptor); !subject.empty())
                attestations_[subject].push_back(&image);
    }

    std::map<std::string, Image *> by_platform() {
        std::map<std::string, Image *> images;
        for (auto &image : loaded_)
            if (subject_of(image.manifest.descriptor).empty())
                images[image.platform] = &image;
        return images;
    }

    std::string platform_of(Image &image) {
        auto platform = image.manifest.descriptor.platform;
        if (!platform) {
            const auto &config = read_configuration(image);
            auto text = [&](const char *key) {
                auto found = config.is_object() ? config.find(key) : config.end();
                return config.is_object() && found != config.end() && found->is_string()
                           ? found->get<std::string>()
                           : "";
            };
            platform = store::Platform{
                .architecture = text("architecture"), .os = text("os"), .variant = text("variant")};
        }
        return platform_text(builder::normal_platform(*platform));
    }

    const json &read_configuration(Image &image) {
        auto &configuration = image.details.configuration;
        if (!configuration.is_null())
            return configuration;
        auto what = "manifest " + image.manifest.descriptor.digest;
        auto manifest = parse_document(image.manifest.bytes, what);
        if (!manifest.is_object() || !manifest.contains("config"))
            throw Error(what + " has no configuration");
        auto descriptor = parse_descriptor(manifest["config"], what + ": config");
        configuration = parse_document(images_.document(location_, descriptor),
                                       "configuration " + descriptor.digest);
        return configuration;
    }

    void read(Image &image) {
        if (wanted_.configuration)
            read_configuration(image);
        auto found = attestations_.find(image.manifest.descriptor.digest);
        if (found == attestations_.end())
            return;
        for (const auto *attestation : found->second)
            read_statements(attestation->manifest, image.details);
    }

    void read_statements(const Document &manifest, Details &details) {
        bool found_provenance = false; // the first of one manifest, the last of several manifests
        for (const auto &layer : children(manifest)) {
            if (!is_statement(layer))
                continue;
            auto type = layer.annotation("in-toto.io/predicate-type");
            if (wanted_.sboms && type == "https://spdx.dev/Document")
                details.sboms.push_back(predicate(layer));
            if (wanted_.provenance && type.starts_with("https://slsa.dev/provenance/") &&
                !found_provenance) {
                details.provenance = predicate(layer);
                found_provenance = true;
            }
        }
    }

    json predicate(const Descriptor &layer) {
        auto what = "attestation " + layer.digest;
        auto bytes = images_.document(location_, layer);
        if (is_envelope(layer.media_type)) {
            auto envelope = parse_document(bytes, what);
            auto payload = envelope.is_object() ? envelope.value("payload", json()) : json();
            auto decoded =
                payload.is_string() ? base64_decode(payload.get<std::string>()) : std::nullopt;
            if (!decoded)
                throw Error(what + " is not a DSSE envelope");
            bytes = *decoded;
        }
        auto statement = parse_document(bytes, what);
        if (!statement.is_object())
            throw Error(what + " is not an in-toto statement");
        return statement.value("predicate", json());
    }

    Images &images_;
    const Location &location_;
    const Wanted wanted_;
    std::vector<Image> loaded_;
    std::map<std::string, std::vector<const Image *>> attestations_; // by subject
};

} // namespace

std::map<std::string, Details> read_details(Images &images, const Location &location,
                                            const Document &root, const Wanted &wanted) {
    return Loader(images, location, wanted).load(root);
}

} // namespace berth::registry
