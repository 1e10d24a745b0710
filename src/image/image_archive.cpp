// SPDX-License-Identifier: Apache-2.0
#include "berth/image/image_archive.hpp"

#include "berth/image/oci_index.hpp"
#include "berth/image/tag.hpp"
#include "berth/util/error.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <set>

namespace berth::image {

namespace {

using nlohmann::json;

std::string digest_of(const json &value) {
    auto digest = value.get<std::string>();
    if (!is_digest(digest))
        throw Error(fmt::format("'{}' is not a digest", printable(digest)));
    return digest;
}

std::string blob_path(const std::string &digest) {
    return "blobs/sha256/" + hex_of(digest);
}

BuiltImage read_image(const ImageDocuments &documents) {
    auto manifest = read_json(documents.manifest);
    auto config = read_json(documents.config);
    BuiltImage image{.config_digest = digest_of(manifest.at("config").at("digest")),
                     .manifest_digest = documents.manifest_digest,
                     .media_type = manifest.value("mediaType", documents.manifest_type),
                     .manifest = documents.manifest,
                     .config = documents.config,
                     .architecture = text_at(config, "architecture"),
                     .layers = {}};
    const auto &layers = manifest.at("layers");
    const auto &diff_ids = config.at("rootfs").at("diff_ids");
    if (layers.size() != diff_ids.size())
        throw Error("its manifest and its config list different layers");
    for (std::size_t i = 0; i < layers.size(); ++i) {
        auto size = layers[i].at("size").get<std::int64_t>();
        if (size < 0)
            throw Error(fmt::format("a layer has the size {}", size));
        image.layers.push_back({.digest = digest_of(layers[i].at("digest")),
                                .diff_id = digest_of(diff_ids[i]),
                                .size = size});
    }
    return image;
}

} // namespace

BuiltImage read_built_image(const ImageDocuments &documents) {
    constexpr const char *message = "cannot read the image from the builder: {}";
    try {
        return read_image(documents);
    } catch (const json::exception &error) {
        throw Error(fmt::format(message, printable(error.what())));
    } catch (const Error &error) {
        throw Error(fmt::format(message, error.what()));
    }
}

std::vector<BuiltLayer> ImageArchive::sent_layers() const {
    std::vector<BuiltLayer> layers;
    std::set<std::string> seen;
    for (auto i = first_layer; i < image.layers.size(); ++i)
        if (seen.insert(image.layers[i].digest).second)
            layers.push_back(image.layers[i]);
    return layers;
}

std::int64_t ImageArchive::size() const {
    std::int64_t total = 0;
    for (const auto &layer : sent_layers())
        total += layer.size;
    return total;
}

std::string ImageArchive::index_json() const {
    json manifests = json::array();
    json descriptor = {{"mediaType", image.media_type},
                       {"digest", image.manifest_digest},
                       {"size", image.manifest.size()}};
    if (tags.empty())
        manifests.push_back(descriptor);
    for (const auto &tag : tags) {
        auto name = full_tag(tag);
        descriptor["annotations"] = {{image_name_annotation, name},
                                     {reference_annotation, name.substr(name.rfind(':') + 1)}};
        manifests.push_back(descriptor);
    }
    return json{{"schemaVersion", 2},
                {"mediaType", "application/vnd.oci.image.index.v1+json"},
                {"manifests", manifests}}
        .dump();
}

std::string ImageArchive::manifest_json() const {
    json entry = {{"Config", blob_path(image.config_digest)},
                  {"RepoTags", json::array()},
                  {"Layers", json::array()}};
    for (const auto &tag : tags)
        entry["RepoTags"].push_back(familiar_tag(tag));
    for (const auto &layer : image.layers)
        entry["Layers"].push_back(blob_path(layer.digest));
    return json::array({entry}).dump();
}

} // namespace berth::image
