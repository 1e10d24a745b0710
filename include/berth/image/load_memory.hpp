// SPDX-License-Identifier: Apache-2.0
// The images that this client loaded into an engine, from its cache. They show which images may
// share layers with the next one, so that only a few images are inspected instead of all. It is
// also the only way to know the blobs of an image in a containerd image store: the docker CLI
// prints diff IDs, and a blob of another compression has the same diff ID.
#pragma once

#include "berth/image/image_archive.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace berth::image {

struct LoadedImage {
    std::string config_digest, manifest_digest;
    std::vector<std::string> layers; // digests of the blobs
    std::vector<std::string> tags;   // of the latest load, as given
};

class LoadMemory {
  public:
    // Without a cache.
    LoadMemory() = default;
    // `file`: JSON; a missing or damaged file counts as empty.
    explicit LoadMemory(std::filesystem::path file) : file_(std::move(file)) {}

    // Up to `most` images that begin with the most layers of `image`, the best first, and the
    // latest first among equals.
    std::vector<LoadedImage> related(const BuiltImage &image, std::size_t most) const;
    // All of them, the latest first.
    std::vector<LoadedImage> all() const;
    // Whether an image was loaded with exactly these tags.
    bool has_tags(const std::vector<std::string> &tags) const;
    // Does nothing if the cache cannot be written. Keeps the latest 64 images.
    void remember(const BuiltImage &image, const std::vector<std::string> &tags) const;

  private:
    std::filesystem::path file_;
};

// The number of the image's first layers that are the same blobs in `loaded`.
std::size_t shared_blobs(const BuiltImage &image, const LoadedImage &loaded);

} // namespace berth::image
