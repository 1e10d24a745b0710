// SPDX-License-Identifier: Apache-2.0
#include "platform_filter.hpp"

#include "berth/builder/platform.hpp"
#include "berth/registry/shapes.hpp"
#include "berth/util/error.hpp"
#include "berth/util/go_json.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace berth::registry {

namespace {

constexpr const char *type_annotation = "vnd.docker.reference.type";
constexpr const char *subject_annotation = "vnd.docker.reference.digest";
constexpr const char *attestation = "attestation-manifest";
constexpr const char *attestation_type = "application/vnd.docker.attestation.manifest.v1+json";

class Filter {
  public:
    Filter(Images &images, Combined image, const std::vector<store::Platform> &wanted)
        : images_(images), image_(std::move(image)), wanted_(wanted) {}

    Combined apply() {
        find_attestations();
        std::vector<Part> kept;
        for (const auto &part : image_.parts)
            if (attestations_.contains(part.descriptor.digest) || matches(part.descriptor))
                kept.push_back(part);
        if (kept.empty())
            throw Error("none of the manifests match the provided platforms", ExitCode::failure,
                        "`berth imagetools inspect` shows those that there are");
        auto added = find_by_subject();
        if (kept.size() == image_.parts.size() && added.empty())
            return std::move(image_);
        auto manifests = nlohmann::ordered_json::array();
        for (const auto &part : kept)
            manifests.push_back(descriptor_json(part.descriptor));
        for (const auto &descriptor : added)
            manifests.push_back(descriptor_json(descriptor));
        rewrite(std::move(manifests));
        image_.parts = std::move(kept);
        return std::move(image_);
    }

  private:
    bool matches(const Descriptor &descriptor) const {
        if (wanted_.empty() || !descriptor.platform)
            return true;
        return std::any_of(wanted_.begin(), wanted_.end(), [&](const auto &one) {
            return platform_matches(one, *descriptor.platform);
        });
    }

    // Finds the attestations in the index whose subject is kept.
    void find_attestations() {
        std::map<std::string, const Descriptor *> by_digest;
        for (const auto &part : image_.parts)
            by_digest[part.descriptor.digest] = &part.descriptor;
        for (const auto &part : image_.parts) {
            const auto &descriptor = part.descriptor;
            auto subject = by_digest.find(descriptor.annotation(subject_annotation));
            if (descriptor.annotation(type_annotation) != attestation ||
                subject == by_digest.end() || !matches(*subject->second))
                continue;
            attestations_.insert(descriptor.digest);
            has_attestation_.insert(subject->first);
        }
    }

    std::vector<Descriptor> find_by_subject() {
        std::vector<const Part *> without;
        for (const auto &part : image_.parts) {
            const auto &digest = part.descriptor.digest;
            if (matches(part.descriptor) && !attestations_.contains(digest) &&
                !has_attestation_.contains(digest))
                without.push_back(&part);
        }
        std::vector<std::optional<Descriptor>> found(without.size());
        side_by_side(without.size(),
                     [&](std::size_t i) { found[i] = attestation_of(*without[i]); });
        std::vector<Descriptor> added;
        for (auto &one : found)
            if (one && attestations_.insert(one->digest).second)
                added.push_back(*std::move(one));
        return added;
    }

    std::optional<Descriptor> attestation_of(const Part &part) {
        for (auto &referrer : images_.referrers(part.source, part.descriptor.digest)) {
            if (referrer.artifact_type != attestation_type ||
                attestations_.contains(referrer.digest))
                continue;
            referrer.platform = store::Platform{.architecture = "unknown", .os = "unknown"};
            referrer.annotations[type_annotation] = attestation;
            referrer.annotations[subject_annotation] = part.descriptor.digest;
            referrer.artifact_type.clear();
            return referrer;
        }
        return std::nullopt;
    }

    void rewrite(nlohmann::ordered_json manifests) {
        auto &[descriptor, bytes] = image_.document;
        auto what = "index " + descriptor.digest;
        auto index = index_json(parse_document(bytes, what), what);
        index["manifests"] = std::move(manifests);
        auto annotations = descriptor.annotations;
        image_.document = make_document(descriptor.media_type, go_json(index, 2));
        image_.document.descriptor.annotations = std::move(annotations);
    }

    Images &images_;
    Combined image_;
    const std::vector<store::Platform> &wanted_;
    std::set<std::string> attestations_;    // digests of kept ones
    std::set<std::string> has_attestation_; // digests of their subjects
};

} // namespace

bool platform_matches(const store::Platform &wanted, const store::Platform &platform) {
    auto left = builder::normal_platform(wanted), right = builder::normal_platform(platform);
    auto among_wanted = [&left](const std::string &feature) {
        return std::find(left.os_features.begin(), left.os_features.end(), feature) !=
                   left.os_features.end() ||
               (left.os == "windows" && feature == "win32k");
    };
    return left.os == right.os && left.architecture == right.architecture &&
           left.variant == right.variant &&
           (left.os_version.empty() || left.os_version == right.os_version) &&
           std::all_of(right.os_features.begin(), right.os_features.end(), among_wanted);
}

Combined filter_platforms(Images &images, Combined image,
                          const std::vector<store::Platform> &wanted) {
    const auto &descriptor = image.document.descriptor;
    if (is_index(descriptor.media_type))
        return Filter(images, std::move(image), wanted).apply();
    if (!descriptor.platform)
        throw Error("cannot filter platforms from a manifest without platform information");
    if (!wanted.empty() && std::none_of(wanted.begin(), wanted.end(), [&](const auto &one) {
            return platform_matches(one, *descriptor.platform);
        }))
        throw Error(fmt::format("input platform {} does not match any of the provided platforms",
                                printable(platform_text(*descriptor.platform))));
    return image;
}

} // namespace berth::registry
