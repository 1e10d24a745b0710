// SPDX-License-Identifier: Apache-2.0
#include "berth/image/load_memory.hpp"

#include "berth/image/oci_index.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <system_error>

namespace berth::image {

namespace {

using nlohmann::json;

constexpr std::size_t most_images = 64;
constexpr std::size_t longest_file = 1U << 20; // bytes

json to_json(const LoadedImage &image) {
    return {{"config", image.config_digest},
            {"manifest", image.manifest_digest},
            {"layers", image.layers},
            {"tags", image.tags}};
}

LoadedImage from_json(const json &entry) {
    return {.config_digest = entry.at("config").get<std::string>(),
            .manifest_digest = entry.at("manifest").get<std::string>(),
            .layers = entry.at("layers").get<std::vector<std::string>>(),
            .tags = entry.value("tags", std::vector<std::string>())};
}

// They become arguments of a docker command.
bool is_sound(const LoadedImage &image) {
    return is_digest(image.config_digest) && is_digest(image.manifest_digest);
}

} // namespace

std::size_t shared_blobs(const BuiltImage &image, const LoadedImage &loaded) {
    std::size_t shared = 0;
    while (shared < image.layers.size() && shared < loaded.layers.size() &&
           image.layers[shared].digest == loaded.layers[shared])
        ++shared;
    return shared;
}

std::vector<LoadedImage> LoadMemory::all() const {
    std::vector<LoadedImage> images;
    if (file_.empty())
        return images;
    try {
        auto text = read_file_if_exists(file_, longest_file);
        for (const auto &entry : read_json(text.value_or("[]")))
            images.push_back(from_json(entry));
    } catch (const std::exception &) { // ignores unreadable files
        images.clear();
    }
    std::erase_if(images, [](const auto &image) { return !is_sound(image); });
    return images;
}

std::vector<LoadedImage> LoadMemory::related(const BuiltImage &image, std::size_t most) const {
    auto images = all();
    std::erase_if(images, [&](const auto &loaded) { return shared_blobs(image, loaded) == 0; });
    std::stable_sort(images.begin(), images.end(), [&](const auto &left, const auto &right) {
        return shared_blobs(image, left) > shared_blobs(image, right);
    });
    if (images.size() > most)
        images.resize(most);
    return images;
}

bool LoadMemory::has_tags(const std::vector<std::string> &tags) const {
    auto images = all();
    return std::any_of(images.begin(), images.end(),
                       [&](const auto &loaded) { return loaded.tags == tags; });
}

void LoadMemory::remember(const BuiltImage &image, const std::vector<std::string> &tags) const {
    if (file_.empty())
        return;
    auto images = all();
    if (!images.empty() && images.front().manifest_digest == image.manifest_digest &&
        images.front().tags == tags)
        return;
    std::erase_if(images, [&](const auto &loaded) {
        return loaded.manifest_digest == image.manifest_digest;
    });
    LoadedImage loaded{.config_digest = image.config_digest,
                       .manifest_digest = image.manifest_digest,
                       .layers = {},
                       .tags = tags};
    std::transform(image.layers.begin(), image.layers.end(), std::back_inserter(loaded.layers),
                   [](const auto &layer) { return layer.digest; });
    images.insert(images.begin(), std::move(loaded));
    if (images.size() > most_images)
        images.resize(most_images);
    auto list = json::array();
    for (const auto &one : images)
        list.push_back(to_json(one));
    std::error_code ignored;
    std::filesystem::create_directories(file_.parent_path(), ignored);
    try {
        write_file_atomically(file_, list.dump(), 0600);
    } catch (const Error &) { // the next load sends more than necessary
    }
}

} // namespace berth::image
