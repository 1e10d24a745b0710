// SPDX-License-Identifier: Apache-2.0
// The images that this client loaded into an engine, from its cache. They show which images may
// share layers with the next one, so that the engine is asked about a few images instead of all. It
// is also the only way to know the blobs of an image in a containerd image store: the docker CLI
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
};

class LoadMemory {
  public:
    // Remembers nothing.
    LoadMemory() = default;
    // `file`: JSON; one that is missing or damaged is empty.
    explicit LoadMemory(std::filesystem::path file) : file_(std::move(file)) {}

    // Up to `most` images that begin with the most layers of `image`, the best first; of equal ones
    // the one loaded last.
    std::vector<LoadedImage> related(const BuiltImage &image, std::size_t most) const;
    // Does nothing if the cache cannot be written. The oldest of more than 64 images goes.
    void remember(const BuiltImage &image) const;

  private:
    std::vector<LoadedImage> read() const;

    std::filesystem::path file_;
};

// How many of the image's first layers `loaded` begins with, as the same blobs.
std::size_t shared_blobs(const BuiltImage &image, const LoadedImage &loaded);

} // namespace berth::image
