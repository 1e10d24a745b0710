// SPDX-License-Identifier: Apache-2.0
#include "berth/registry/combine.hpp"

#include "berth/util/error.hpp"
#include "berth/util/go_json.hpp"
#include "berth/util/strings.hpp"

#include "platform_filter.hpp"

#include <fmt/format.h>

namespace berth::registry {

using nlohmann::ordered_json;

namespace {

// The unique manifests of all sources, with their descriptors merged.
class Parts {
  public:
    void add(const Descriptor &descriptor, const Location &source) {
        auto [known, is_new] = places_.emplace(descriptor.digest, parts_.size());
        if (is_new) {
            parts_.push_back({descriptor, source});
            return;
        }
        auto &part = parts_[known->second];
        part.source = source;
        if (part.descriptor.media_type.empty())
            part.descriptor.media_type = descriptor.media_type;
        if (descriptor.platform)
            part.descriptor.platform = descriptor.platform;
        for (const auto &[key, value] : descriptor.annotations)
            part.descriptor.annotations[key] = value;
    }
    std::vector<Part> take() { return std::move(parts_); }

  private:
    std::map<std::string, std::size_t> places_; // by digest
    std::vector<Part> parts_;
};

std::vector<Part> parts_of(const std::vector<ImageSource> &sources) {
    Parts parts;
    for (const auto &source : sources) {
        if (!is_index(source.descriptor.media_type)) {
            parts.add(source.descriptor, source.location);
            continue;
        }
        for (const auto &child : children({source.descriptor, source.bytes}))
            parts.add(child, source.location);
    }
    return parts.take();
}

// A list of only docker's manifests has docker's own type, which has no annotations.
const char *list_type(const std::vector<Part> &parts) {
    for (const auto &part : parts)
        if (!part.descriptor.media_type.starts_with("application/vnd.docker."))
            return media::oci_index;
    return media::docker_list;
}

using Annotations = std::map<std::string, std::string>;

Annotations annotate(std::vector<Part> &parts, const std::vector<Annotation> &annotations) {
    Annotations of_index;
    for (const auto &[type, platform, key, value] : annotations) {
        if (type == "index") {
            of_index[key] = value;
        } else if (type == "manifest-descriptor") {
            for (auto &part : parts) {
                const auto &of_part = part.descriptor.platform;
                if (platform.empty() || (of_part && platform_text(*of_part) == platform))
                    part.descriptor.annotations[key] = value;
            }
        } else {
            throw usage_error(type == "index-descriptor"
                                  ? fmt::format("\"{}\" annotations are invalid while creating an "
                                                "image",
                                                type)
                                  : fmt::format("\"{}\" annotations are not supported yet", type),
                              "write index:KEY=VALUE or manifest-descriptor:KEY=VALUE");
        }
    }
    return of_index;
}

Document make_index(const std::vector<Part> &parts, const std::string &media_type,
                    const Annotations &annotations) {
    ordered_json manifests = ordered_json::array();
    for (const auto &part : parts)
        manifests.push_back(descriptor_json(part.descriptor));
    ordered_json index = {
        {"schemaVersion", 2}, {"mediaType", media_type}, {"manifests", std::move(manifests)}};
    if (!annotations.empty())
        index["annotations"] = annotations;
    return make_document(media_type, go_json(index, 2));
}

// Whether a single source stays unchanged, because it needs no new index.
bool stays(const std::vector<ImageSource> &sources, const CombineOptions &options) {
    return sources.size() == 1 && options.annotations.empty() &&
           (is_index(sources.front().descriptor.media_type) || !options.prefer_index);
}

} // namespace

Combined combine(Images &images, const std::vector<ImageSource> &sources,
                 const CombineOptions &options) {
    auto parts = parts_of(sources);
    Document document;
    if (stays(sources, options)) {
        document = {sources.front().descriptor, sources.front().bytes};
    } else {
        auto media_type = std::string(list_type(parts));
        Annotations annotations;
        if (media_type == media::oci_index)
            annotations = annotate(parts, options.annotations);
        document = make_index(parts, media_type, annotations);
    }
    return filter_platforms(images, {std::move(document), std::move(parts)}, options.platforms);
}

} // namespace berth::registry
