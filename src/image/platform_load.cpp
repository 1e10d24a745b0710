// SPDX-License-Identifier: Apache-2.0
#include "berth/image/platform_load.hpp"

#include "berth/image/image_load.hpp"
#include "berth/image/oci_index.hpp"
#include "berth/image/tag.hpp"
#include "berth/util/error.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace berth::image {

namespace {

using nlohmann::json;

constexpr const char *index_types[] = {"application/vnd.oci.image.index.v1+json",
                                       "application/vnd.docker.distribution.manifest.list.v2+json"};

bool is_index(const json &document) {
    auto type = document.value("mediaType", "");
    return type == index_types[0] || type == index_types[1];
}

std::string platform_name(const json &platform) {
    auto name =
        platform.at("os").get<std::string>() + "/" + platform.at("architecture").get<std::string>();
    auto variant = platform.value("variant", "");
    return variant.empty() ? name : name + "/" + variant;
}

std::string config_digest(const std::string &manifest) {
    auto document = read_json(manifest);
    auto pointer = json::json_pointer("/config/digest");
    if (!document.is_object() || !document.contains(pointer) || !document[pointer].is_string())
        throw Error("cannot read the image from the builder: its manifest has no config");
    return document[pointer].get<std::string>();
}

} // namespace

BuiltImage read_built_image(BlobReader &blobs, const std::string &digest,
                            const std::string &media_type) {
    auto manifest = blobs.document(digest);
    auto config = blobs.document(config_digest(manifest));
    return read_built_image({.manifest_digest = digest,
                             .manifest_type = media_type,
                             .manifest = std::move(manifest),
                             .config = std::move(config)});
}

std::vector<PlatformManifest> read_image_index(const std::string &text) {
    auto index = read_json(text);
    if (!index.is_object() || !is_index(index))
        return {};
    std::vector<PlatformManifest> manifests;
    try {
        for (const auto &manifest : index.at("manifests")) {
            auto platform = platform_name(manifest.at("platform"));
            auto digest = manifest.at("digest").get<std::string>();
            if (!is_digest(digest))
                throw Error(fmt::format("'{}' is not a digest", printable(digest)));
            if (platform != "unknown/unknown") // an attestation
                manifests.push_back({.platform = platform,
                                     .digest = digest,
                                     .media_type = manifest.value("mediaType", ""),
                                     .size = manifest.value("size", std::int64_t{0})});
        }
    } catch (const std::exception &error) {
        throw Error(fmt::format("cannot read the image index from the builder: {}",
                                printable(error.what())));
    }
    return manifests;
}

std::string platform_tag(const std::string &tag, const std::string &platform) {
    auto name = platform.starts_with("linux/") ? platform.substr(6) : platform;
    return familiar_tag(tag) + "-" + replace_all(name, "/", "-");
}

std::optional<std::string>
load_platforms(const docker::Docker &docker, ImageStore &store, BlobReader &blobs,
               const std::vector<PlatformManifest> &platforms, const std::vector<std::string> &tags,
               progress::Display &display, const progress::Task::Clock &now) {
    std::vector<std::string> made;
    for (std::size_t i = 0; i < platforms.size(); ++i) {
        std::vector<std::string> own_tags;
        own_tags.reserve(tags.size());
        for (const auto &tag : tags)
            own_tags.push_back(platforms.size() == 1 ? tag
                                                     : platform_tag(tag, platforms[i].platform));
        auto image = read_built_image(blobs, platforms[i].digest, platforms[i].media_type);
        if (load_image(docker, store, blobs, image, own_tags, nullptr, display, now) ==
            LoadResult::layers_missing)
            return std::nullopt;
        made.insert(made.end(), own_tags.begin(), own_tags.end());
    }
    if (platforms.size() == 1 || made.empty())
        return "";
    return fmt::format(
        "WARNING: the engine's image store keeps one platform per image, loaded as {}\n",
        join(made, ", "));
}

} // namespace berth::image
