#include "berth/image/platform_load.hpp"

#include "berth/image/image_load.hpp"
#include "berth/image/oci_index.hpp"
#include "berth/image/tag.hpp"
#include "berth/util/error.hpp"
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

std::string checked_hex(const std::string &digest) {
    if (!is_digest(digest))
        throw Error(fmt::format("cannot read the image that the builder made: '{}' is no digest",
                                printable(digest)));
    return hex_of(digest);
}

// JSON documents of the builder's content store, one a line.
std::vector<std::string> read_documents(const docker::Docker &docker, const std::string &container,
                                        const std::vector<std::string> &digests) {
    static const std::string script =
        "for d in \"$@\"; do cat /var/lib/buildkit/*/content/blobs/sha256/\"$d\" | tr -d '\\n'; "
        "echo; done";
    std::vector<std::string> words = {"sh", "-c", script, "berth-documents"};
    for (const auto &digest : digests)
        words.push_back(checked_hex(digest));
    auto command = docker.exec_command(container, words, false);
    auto outcome = docker.runner().run(command);
    docker::check(command, outcome);
    auto lines = split(trim(outcome.out), '\n');
    if (lines.size() != digests.size())
        throw Error(fmt::format("the builder {} no longer has the image that it built", container),
                    ExitCode::failure, "build again");
    return lines;
}

std::string config_digest(const std::string &manifest) {
    auto document = json::parse(manifest, nullptr, false);
    auto pointer = json::json_pointer("/config/digest");
    if (!document.is_object() || !document.contains(pointer) || !document[pointer].is_string())
        throw Error("cannot read the image that the builder made: its manifest has no config");
    return document[pointer].get<std::string>();
}

// As the builder tells of an image that has one platform.
ImageDocuments documents_of(const PlatformManifest &platform, const std::string &manifest,
                            const std::string &config) {
    auto metadata = json{{"containerimage.digest", platform.digest},
                         {"containerimage.config.digest", config_digest(manifest)},
                         {"containerimage.descriptor",
                          {{"mediaType", platform.media_type}, {"size", platform.size}}}};
    return {.metadata = metadata.dump(), .manifest = manifest, .config = config};
}

} // namespace

std::vector<PlatformManifest> read_image_index(const std::string &text) {
    auto index = json::parse(text, nullptr, false);
    if (!index.is_object() || !is_index(index))
        return {};
    std::vector<PlatformManifest> manifests;
    try {
        for (const auto &manifest : index.at("manifests")) {
            auto platform = platform_name(manifest.at("platform"));
            auto digest = manifest.at("digest").get<std::string>();
            if (platform != "unknown/unknown") // an attestation
                manifests.push_back({.platform = platform,
                                     .digest = digest,
                                     .media_type = manifest.value("mediaType", ""),
                                     .size = manifest.value("size", std::int64_t{0})});
        }
    } catch (const std::exception &error) {
        throw Error(fmt::format("cannot read the index that the builder made: {}",
                                printable(error.what())));
    }
    return manifests;
}

std::string platform_tag(const std::string &tag, const std::string &platform) {
    auto name = platform.starts_with("linux/") ? platform.substr(6) : platform;
    return familiar_tag(tag) + "-" + replace_all(name, "/", "-");
}

std::optional<std::string>
load_platforms(const docker::Docker &docker, ImageStore &store, const std::string &container,
               const std::vector<PlatformManifest> &platforms, const std::vector<std::string> &tags,
               progress::Display &display, const progress::Task::Clock &now) {
    std::vector<std::string> digests;
    digests.reserve(platforms.size());
    for (const auto &platform : platforms)
        digests.push_back(platform.digest);
    auto manifests = read_documents(docker, container, digests);
    std::vector<std::string> config_digests;
    config_digests.reserve(manifests.size());
    for (const auto &manifest : manifests)
        config_digests.push_back(config_digest(manifest));
    auto configs = read_documents(docker, container, config_digests);
    std::vector<std::string> made;
    for (std::size_t i = 0; i < platforms.size(); ++i) {
        std::vector<std::string> own_tags;
        own_tags.reserve(tags.size());
        for (const auto &tag : tags)
            own_tags.push_back(platforms.size() == 1 ? tag
                                                     : platform_tag(tag, platforms[i].platform));
        auto image = read_built_image(documents_of(platforms[i], manifests[i], configs[i]));
        if (!image)
            throw Error(fmt::format("cannot read the image of {} that the builder made",
                                    platforms[i].platform));
        if (load_image(docker, store, container, *image, own_tags, display, now) ==
            LoadResult::layers_missing)
            return std::nullopt;
        made.insert(made.end(), own_tags.begin(), own_tags.end());
    }
    if (platforms.size() == 1 || made.empty())
        return "";
    return fmt::format("WARNING: the engine's image store keeps one platform of an image: loaded "
                       "as {}\n",
                       join(made, ", "));
}

} // namespace berth::image
