// SPDX-License-Identifier: Apache-2.0
// `--load`: loads the image a build left in the builder into the engine, sending only missing
// layers, as far as one inspect of a few images shows. An archive for `docker load` may omit layers
// whose whole chain of diff IDs the classic image store has, or for a containerd store, layers
// whose blobs it has. Neither depends on how many images the engine holds.
#pragma once

#include "berth/docker/docker.hpp"
#include "berth/image/early_look.hpp"
#include "berth/image/image_archive.hpp"
#include "berth/image/image_store.hpp"
#include "berth/progress/display.hpp"

#include <string>
#include <vector>

namespace berth::image {

// The number of the image's first layers that an image of the engine starts with.
std::size_t shared_layers(const BuiltImage &image, const std::vector<docker::Image> &engine);

enum class LoadResult {
    present, // the engine had the image with all its tags
    tagged,  // it had the image
    loaded,
    layers_missing, // the builder lacks some of them: nothing was loaded
};

// Draws `importing to docker` in `display`. `early`: may be null. Throws if `docker load` fails
// with all layers sent.
LoadResult load_image(const docker::Docker &docker, ImageStore &store, BlobReader &blobs,
                      const BuiltImage &image, const std::vector<std::string> &tags,
                      EarlyLook *early, progress::Display &display,
                      const progress::Task::Clock &now);

} // namespace berth::image
