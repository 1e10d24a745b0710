#include "berth/image/image_archive.hpp"

#include "berth/image/oci_index.hpp"
#include "berth/image/tag.hpp"
#include "berth/process/held.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "load_script.hpp" // made from load.sh

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace berth::image {

namespace {

using nlohmann::json;

// What holding costs (a command more, 20 to 60 ms) is what streaming costs more at about this size.
constexpr std::int64_t worth_holding = 16 << 20;

std::string digest_of(const json &value) {
    auto digest = value.get<std::string>();
    if (!is_digest(digest))
        throw Error(fmt::format("'{}' is no digest", printable(digest)));
    return digest;
}

std::string blob_path(const std::string &digest) {
    return "blobs/sha256/" + hex_of(digest);
}

BuiltImage read_image(const ImageDocuments &documents) {
    auto metadata = json::parse(documents.metadata);
    auto manifest = json::parse(documents.manifest);
    auto config = json::parse(documents.config);
    BuiltImage image{.config_digest = digest_of(metadata.at("containerimage.config.digest")),
                     .manifest_digest = digest_of(metadata.at("containerimage.digest")),
                     .media_type = manifest.value("mediaType", ""),
                     .manifest_size = static_cast<std::int64_t>(documents.manifest.size()),
                     .layers = {}};
    if (auto said = metadata.find("containerimage.descriptor"); said != metadata.end()) {
        image.media_type = said->value("mediaType", image.media_type);
        image.manifest_size = said->value("size", image.manifest_size);
    }
    const auto &layers = manifest.at("layers");
    const auto &diff_ids = config.at("rootfs").at("diff_ids");
    if (layers.size() != diff_ids.size())
        throw Error("its manifest and its config tell different layers");
    for (std::size_t i = 0; i < layers.size(); ++i)
        image.layers.push_back({.digest = digest_of(layers[i].at("digest")),
                                .diff_id = digest_of(diff_ids[i]),
                                .size = layers[i].at("size").get<std::int64_t>()});
    return image;
}

} // namespace

std::optional<BuiltImage> read_built_image(const ImageDocuments &documents) {
    if (documents.manifest.empty() || documents.config.empty())
        return std::nullopt;
    constexpr const char *message = "cannot read the image that the builder made: {}";
    try {
        return read_image(documents);
    } catch (const json::exception &error) {
        throw Error(fmt::format(message, printable(error.what())));
    } catch (const Error &error) {
        throw Error(fmt::format(message, error.what()));
    }
}

std::int64_t ImageArchive::size() const {
    std::int64_t total = 0;
    for (auto i = first_layer; i < image.layers.size(); ++i)
        total += image.layers[i].size;
    return total;
}

std::string ImageArchive::index_json() const {
    json manifests = json::array();
    json descriptor = {{"mediaType", image.media_type},
                       {"digest", image.manifest_digest},
                       {"size", image.manifest_size}};
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

std::vector<std::string> ImageArchive::blobs() const {
    std::vector<std::string> names = {hex_of(image.config_digest)};
    auto add = [&names](const std::string &digest) {
        if (auto name = hex_of(digest); std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(std::move(name));
    };
    add(image.manifest_digest);
    for (auto i = first_layer; i < image.layers.size(); ++i)
        add(image.layers[i].digest);
    return names;
}

std::vector<std::string> archive_command(const ImageArchive &archive, ArchiveWay way,
                                         const std::string &folder) {
    std::vector<std::string> words = {"sh",
                                      "-c",
                                      load_script,
                                      "berth-load",
                                      way == ArchiveWay::stream ? "stream" : "hold",
                                      folder,
                                      archive.index_json(),
                                      archive.manifest_json()};
    for (auto &blob : archive.blobs())
        words.push_back(std::move(blob));
    return words;
}

process::Runner::PipeOutcome send_archive(const docker::Docker &docker,
                                          const std::string &container, const ImageArchive &archive,
                                          const std::function<void(std::size_t)> &on_bytes) {
    auto folder = fmt::format("{}/{}", loads_directory, random_hex(32));
    auto load = docker.load_command();
    auto &runner = docker.runner();
    auto command = [&](ArchiveWay way) {
        return docker.exec_command(container, archive_command(archive, way, folder),
                                   way == ArchiveWay::hold);
    };
    if (archive.size() >= worth_holding && !runner.dry()) {
        process::Held folder_there(runner, command(ArchiveWay::hold));
        if (folder_there.ready()) {
            bool moved = false;
            auto outcome = runner.pipe(docker.copy_out_command(container, folder + "/."), load,
                                       [&](std::size_t bytes) {
                                           moved = true;
                                           if (on_bytes)
                                               on_bytes(bytes);
                                       });
            if (outcome.ok() || moved)
                return outcome;
        }
    }
    // Also for an engine whose CLI cannot copy to its output.
    return runner.pipe(command(ArchiveWay::stream), load, on_bytes);
}

} // namespace berth::image
