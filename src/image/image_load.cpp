// SPDX-License-Identifier: Apache-2.0
#include "berth/image/image_load.hpp"

#include "berth/image/tag.hpp"
#include "berth/util/error.hpp"
#include "berth/util/own_architecture.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace berth::image {

namespace {

bool has_tag(const docker::Image &image, const std::string &tag) {
    return std::find(image.tags.begin(), image.tags.end(), tag) != image.tags.end();
}

bool is_image(const docker::Image &present, const BuiltImage &image) {
    return present.id == image.config_digest || present.id == image.manifest_digest ||
           present.descriptor_digest == image.manifest_digest;
}

std::int64_t content_size(const BuiltImage &image) {
    return static_cast<std::int64_t>(image.manifest.size() + image.config.size()) +
           ImageArchive{.image = image, .tags = {}}.size();
}

// Most engines have the architecture of this program.
bool is_foreign(const BuiltImage &image) {
    return !image.architecture.empty() && image.architecture != own_architecture;
}

// A containerd store may have an image without its layers: without its configuration, too, it lists
// none; else, in an image that it does not unpack, their content is missing in its size.
bool is_whole(const docker::Image &present, const BuiltImage &image) {
    bool has_content = present.descriptor_digest.empty() || present.size == 0 ||
                       !is_foreign(image) || present.size >= content_size(image);
    return present.diff_ids.size() == image.layers.size() && has_content;
}

} // namespace

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

namespace {

class Loader {
  public:
    Loader(const docker::Docker &docker, ImageStore &store, BlobReader &blobs,
           const BuiltImage &image, const std::vector<std::string> &tags, EarlyLook *early,
           progress::Task &task)
        : docker_(docker),
          store_(store),
          blobs_(blobs),
          image_(image),
          tags_(tags),
          early_(early),
          task_(task) {}

    LoadResult load() {
        const auto *seen = seen_early();
        auto present = seen != nullptr ? *seen : inspect_present();
        learn_store(present);
        auto same = find_same(present);
        if (same != present.end())
            return tag_missing(*same);
        auto shared = docker_.loads_in_part() ? layers_there(present) : 0;
        if (!builder_has_layers(shared))
            return LoadResult::layers_missing;
        // Another process may have removed an image meanwhile; then send everything.
        if (!send(shared, shared == 0)) {
            if (!builder_has_layers(0))
                return LoadResult::layers_missing;
            send(0, true);
        }
        store_.loaded().remember(image_, tags_);
        return LoadResult::loaded;
    }

  private:
    using Images = std::vector<docker::Image>;

    Images::const_iterator find_same(const Images &images) const {
        return std::find_if(images.begin(), images.end(), [this](const auto &candidate) {
            return is_image(candidate, image_) && is_whole(candidate, image_);
        });
    }

    // The early answer, if it is enough. Unless the image itself is among those with its tags, it
    // will be sent: an image that has gone since then costs a second try, no error. But one that
    // was loaded before may be there under other tags.
    const Images *seen_early() {
        const auto *images = early_ != nullptr ? early_->images() : nullptr;
        if (images == nullptr)
            return nullptr;
        bool enough = find_same(*images) != images->end() ? early_->is_recent() : !was_loaded();
        return enough ? images : nullptr;
    }

    // What this client loaded, read once.
    const std::vector<LoadedImage> &remembered() {
        if (!remembered_)
            remembered_ = store_.loaded().all();
        return *remembered_;
    }
    bool was_loaded() {
        const auto &all = remembered();
        return std::any_of(all.begin(), all.end(), [this](const auto &loaded) {
            return loaded.manifest_digest == image_.manifest_digest;
        });
    }

    // One command with few names, however many images the engine has: each name costs the engine
    // some ten milliseconds, more if it is unknown. Names the images with these tags; earlier
    // loaded images that share most layers with the new one (perhaps itself); and for the classic
    // store, which can reuse layers of any image, the base images.
    Images inspect_present() {
        constexpr std::size_t most_bases = 4, most_related = 2;
        auto containerd = store_.known();
        auto references = tags_;
        auto add = [&](const auto &image) { // by its ID in the store
            if (containerd != true)
                references.push_back(image.config_digest);
            if (containerd != false)
                references.push_back(image.manifest_digest);
        };
        if (references.empty())
            add(image_);
        for (const auto &loaded : store_.loaded().related(image_, most_related))
            add(loaded);
        if (containerd != true)
            references.insert(references.end(), image_.bases.begin(),
                              image_.bases.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                         image_.bases.size(), most_bases)));
        return docker_.inspect_images(references);
    }

    // The number of first layers that need not be sent. A containerd store needs the same blobs,
    // which are known only for images that this client loaded; the classic store needs the same
    // diff IDs.
    std::size_t layers_there(const Images &present) {
        if (present.empty())
            return 0;
        if (!store_.is_containerd_now())
            return shared_layers(image_, present);
        std::size_t most = 0;
        for (const auto &loaded : remembered())
            if (std::any_of(present.begin(), present.end(), [&](const auto &image) {
                    return (image.id == loaded.manifest_digest ||
                            image.descriptor_digest == loaded.manifest_digest) &&
                           image.diff_ids.size() == loaded.layers.size(); // else some are missing
                }))
                most = std::max(most, shared_blobs(image_, loaded));
        return most;
    }

    LoadResult tag_missing(const docker::Image &same) {
        auto result = LoadResult::present;
        for (const auto &tag : tags_) {
            if (has_tag(same, familiar_tag(tag)))
                continue;
            docker_.tag_image(same.id, tag);
            result = LoadResult::tagged;
        }
        if (result == LoadResult::tagged)
            store_.loaded().remember(image_, tags_);
        task_.status(fmt::format("image {} exists already", image_.config_digest.substr(7, 12)), 0,
                     0, true);
        return result;
    }

    // The repository digests of images reveal the type of the store.
    void learn_store(const Images &present) {
        if (!present.empty())
            store_.learn(std::any_of(present.begin(), present.end(), [](const auto &candidate) {
                return !candidate.descriptor_digest.empty();
            }));
    }

    bool builder_has_layers(std::size_t first) {
        for (auto i = first; i < image_.layers.size(); ++i)
            if (!blobs_.has(image_.layers[i].digest))
                return false;
        return true;
    }

    bool send(std::size_t first_layer, bool must_work) {
        ImageArchive archive{.image = image_, .tags = tags_, .first_layer = first_layer};
        auto count = image_.layers.size() - first_layer;
        auto id = fmt::format("sending {} of {} layers, {} reused", count, image_.layers.size(),
                              first_layer);
        auto expected = archive.size();
        std::int64_t sent = 0;
        task_.status(id, 0, expected, false);
        auto read = archive_stream(archive, blobs_);
        auto command = docker_.load_command();
        auto outcome =
            docker_.runner().run(command, {.input = [&](char *buffer, std::size_t size) {
                                     auto bytes = read(buffer, size);
                                     sent += static_cast<std::int64_t>(bytes);
                                     task_.status(id, std::min(sent, expected), expected, false);
                                     return bytes;
                                 }});
        bool nothing = outcome.ok() && !docker_.says_loaded(outcome) && !is_there();
        bool works = outcome.ok() && !nothing && (first_layer == 0 || is_complete(outcome));
        task_.status(id, works ? expected : std::min(sent, expected), expected, true);
        if (works) {
            task_.status(fmt::format("loaded {} of {} layers, {} sent", count, image_.layers.size(),
                                     format_decimal_bytes(static_cast<double>(sent))),
                         0, 0, true);
            return true;
        }
        if (must_work) {
            docker::check(command, outcome);
            if (nothing)
                docker::fail_unloaded(command);
        }
        return false;
    }

    bool is_there() {
        auto present = inspect_present();
        return find_same(present) != present.end();
    }

    // A containerd store accepts an image with missing layers, and docker exits with 0. It prints
    // `Error unpacking …: content digest …: not found`, but only of an image of its own platform,
    // since it unpacks no others (moby's LoadImage, 29.9).
    bool is_complete(const process::Outcome &load) {
        if (!store_.is_containerd_now())
            return true;
        auto said = load.out + load.err;
        return said.find("rror unpacking") == std::string::npos &&
               said.find("not found") == std::string::npos && (!is_foreign(image_) || is_there());
    }

    const docker::Docker &docker_;
    ImageStore &store_;
    BlobReader &blobs_;
    const BuiltImage &image_;
    const std::vector<std::string> &tags_;
    EarlyLook *early_;
    progress::Task &task_;
    std::optional<std::vector<LoadedImage>> remembered_;
};

// Podman names built images localhost/NAME, and looks up NAME there first, so an image under
// another name would not be the one that runs.
std::vector<std::string> local_names(docker::Flavour flavour, std::vector<std::string> tags) {
    if (flavour == docker::Flavour::podman)
        for (auto &tag : tags)
            if (docker::image_name(flavour, tag) != tag)
                tag.insert(0, "localhost/");
    return tags;
}

} // namespace

LoadResult load_image(const docker::Docker &docker, ImageStore &store, BlobReader &blobs,
                      const BuiltImage &image, const std::vector<std::string> &tags,
                      EarlyLook *early, progress::Display &display,
                      const progress::Task::Clock &now) {
    progress::Task task(display, "importing to docker", now);
    try {
        auto names = local_names(docker.flavour(), tags);
        auto result = Loader(docker, store, blobs, image, names, early, task).load();
        task.done();
        return result;
    } catch (const std::exception &error) {
        task.fail(error.what());
        throw;
    }
}

} // namespace berth::image
