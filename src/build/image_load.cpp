#include "berth/build/image_load.hpp"

#include "berth/build/tag.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace berth::build {

namespace {

using nlohmann::json;

bool is_digest(const std::string &text) {
    constexpr std::size_t length = 7 + 64;
    return text.size() == length && text.starts_with("sha256:") &&
           text.find_first_not_of("0123456789abcdef", 7) == std::string::npos;
}

std::string digest_of(const json &value) {
    auto digest = value.get<std::string>();
    if (!is_digest(digest))
        throw Error(fmt::format("'{}' is no digest", printable(digest)));
    return digest;
}

// Where the layer lies in the archive, and in the builder below content/blobs/.
std::string blob_path(const std::string &digest) {
    return replace_all(digest, ":", "/");
}

bool has_tag(const docker::Image &image, const std::string &tag) {
    return std::find(image.tags.begin(), image.tags.end(), tag) != image.tags.end();
}

bool is_image(const docker::Image &present, const BuiltImage &image) {
    return present.id == image.config_digest || present.id == image.manifest_digest ||
           present.descriptor_digest == image.manifest_digest;
}

} // namespace

std::optional<BuiltImage> read_built_image(const RemoteReply &reply) {
    if (reply.image_manifest.empty() || reply.image_config.empty())
        return std::nullopt;
    try {
        auto metadata = json::parse(reply.metadata);
        auto manifest = json::parse(reply.image_manifest);
        auto config = json::parse(reply.image_config);
        BuiltImage image{.config_digest = digest_of(metadata.at("containerimage.config.digest")),
                         .manifest_digest = digest_of(metadata.at("containerimage.digest")),
                         .layers = {}};
        const auto &layers = manifest.at("layers");
        const auto &diff_ids = config.at("rootfs").at("diff_ids");
        if (layers.size() != diff_ids.size())
            throw Error("its manifest and its config tell different layers");
        for (std::size_t i = 0; i < layers.size(); ++i)
            image.layers.push_back({.digest = digest_of(layers[i].at("digest")),
                                    .diff_id = digest_of(diff_ids[i]),
                                    .size = layers[i].at("size").get<std::int64_t>()});
        return image;
    } catch (const json::exception &error) {
        throw Error(fmt::format("cannot read the image that the builder made: {}",
                                printable(error.what())));
    } catch (const Error &error) {
        throw Error(fmt::format("cannot read the image that the builder made: {}", error.what()));
    }
}

std::size_t shared_layers(const BuiltImage &image, const std::vector<docker::Image> &engine) {
    std::size_t most = 0;
    for (const auto &present : engine) {
        std::size_t shared = 0;
        while (shared < image.layers.size() && shared < present.diff_ids.size() &&
               image.layers[shared].diff_id == present.diff_ids[shared])
            ++shared;
        most = std::max(most, shared);
    }
    return most;
}

std::vector<std::string> archive_command(const BuiltImage &image,
                                         const std::vector<std::string> &tags,
                                         std::size_t first_layer) {
    // One line for --debug. busybox tar follows a folder that is a link when it is part of a path.
    static const std::string script =
        "t=$(mktemp -d) && trap 'rm -rf \"$t\"' EXIT && cd \"$t\" && printf %s \"$1\" "
        ">manifest.json "
        "&& shift && for b in /var/lib/buildkit/*/content/blobs/sha256; do ln -s \"$b\" sha256; "
        "break; "
        "done && tar c manifest.json \"$@\"";
    json entry = {{"Config", blob_path(image.config_digest)},
                  {"RepoTags", json::array()},
                  {"Layers", json::array()}};
    for (const auto &tag : tags)
        entry["RepoTags"].push_back(familiar_tag(tag));
    for (const auto &layer : image.layers)
        entry["Layers"].push_back(blob_path(layer.digest));
    std::vector<std::string> words = {"sh", "-c", script, "berth-archive",
                                      json::array({entry}).dump()};
    words.push_back(blob_path(image.config_digest));
    for (auto i = first_layer; i < image.layers.size(); ++i) {
        auto path = blob_path(image.layers[i].digest);
        if (std::find(words.begin() + 5, words.end(), path) == words.end())
            words.push_back(path);
    }
    return words;
}

namespace {

class Loader {
  public:
    Loader(const docker::Docker &docker, const std::string &container, const BuiltImage &image,
           const std::vector<std::string> &tags, progress::Task &task)
        : docker_(docker), container_(container), image_(image), tags_(tags), task_(task) {}

    LoadResult load() {
        auto present = inspect_present();
        auto same = std::find_if(present.begin(), present.end(), [this](const auto &candidate) {
            return is_image(candidate, image_);
        });
        if (same != present.end())
            return tag_missing(*same);
        if (uses_containerd_store(present))
            return LoadResult::whole_needed;
        auto shared = shared_layers(image_, present);
        if (shared < image_.layers.size())
            shared = std::max(shared, shared_layers(image_, docker_.list_images()));
        // Another process may have removed an image in between: then send everything.
        if (!send(shared, shared == 0))
            send(0, true);
        return LoadResult::loaded;
    }

  private:
    // One command: the images under these tags now, and the new one if it is there.
    std::vector<docker::Image> inspect_present() {
        auto references = tags_;
        references.push_back(image_.config_digest);
        return docker_.inspect_images(references);
    }

    LoadResult tag_missing(const docker::Image &same) {
        auto result = LoadResult::present;
        for (const auto &tag : tags_) {
            if (has_tag(same, familiar_tag(tag)))
                continue;
            docker_.tag_image(same.id, tag);
            result = LoadResult::tagged;
        }
        task_.status(fmt::format("image {} is there already", image_.config_digest.substr(7, 12)),
                     0, 0, true);
        return result;
    }

    bool uses_containerd_store(const std::vector<docker::Image> &present) {
        if (present.empty())
            return docker_.info().containerd_store;
        return std::any_of(present.begin(), present.end(), [](const docker::Image &candidate) {
            return !candidate.descriptor_digest.empty();
        });
    }

    bool send(std::size_t first_layer, bool must_work) {
        auto archive =
            docker_.exec_command(container_, archive_command(image_, tags_, first_layer), false);
        auto load = docker_.load_command();
        auto id = fmt::format("sending {} of {} layers", image_.layers.size() - first_layer,
                              image_.layers.size());
        std::int64_t expected = 0, sent = 0;
        for (auto i = first_layer; i < image_.layers.size(); ++i)
            expected += image_.layers[i].size;
        task_.status(id, 0, expected, false);
        auto outcome = docker_.runner().pipe(archive, load, [&](std::size_t bytes) {
            sent = static_cast<std::int64_t>(bytes);
            task_.status(id, std::min(sent, expected), expected, false);
        });
        task_.status(id, outcome.ok() ? expected : sent, expected, true);
        if (outcome.ok() || !must_work)
            return outcome.ok();
        docker::check(archive, outcome.from);
        docker::check(load, outcome.to);
        return false;
    }

    const docker::Docker &docker_;
    const std::string &container_;
    const BuiltImage &image_;
    const std::vector<std::string> &tags_;
    progress::Task &task_;
};

} // namespace

LoadResult load_image(const docker::Docker &docker, const std::string &container,
                      const BuiltImage &image, const std::vector<std::string> &tags,
                      progress::Display &display, const progress::Task::Clock &now) {
    progress::Task task(display, "importing to docker", now);
    try {
        auto result = Loader(docker, container, image, tags, task).load();
        task.done();
        return result;
    } catch (const std::exception &error) {
        task.fail(error.what());
        throw;
    }
}

} // namespace berth::build
