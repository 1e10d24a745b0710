// SPDX-License-Identifier: Apache-2.0
// `--load` of several platforms into docker's classic image store, where an image has one platform:
// each is loaded as an image of its own, tagged TAG-ARCHITECTURE. (A containerd image store takes
// them all as one.)
#pragma once

#include "berth/docker/docker.hpp"
#include "berth/image/image_archive.hpp"
#include "berth/image/image_store.hpp"
#include "berth/progress/display.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace berth::image {

struct PlatformManifest {
    std::string platform; // os/architecture[/variant]
    std::string digest;   // of the manifest, and its type and size in bytes
    std::string media_type = {};
    std::int64_t size = 0;
};

// The images of an image index, without attestations; empty if the text is not an index. Throws
// Error for an invalid digest or platform.
std::vector<PlatformManifest> read_image_index(const std::string &text);

// The image of that manifest. Throws Error if the builder lacks it or it is invalid.
BuiltImage read_built_image(BlobReader &blobs, const std::string &digest,
                            const std::string &media_type);

// `app` for linux/arm64 is app:latest-arm64, `app:1` for linux/arm/v7 is app:1-arm-v7.
std::string platform_tag(const std::string &tag, const std::string &platform);

// Loads each image of the index that a build left in the builder, sending only missing layers. With
// a single platform, keeps the tags unchanged. Returns a message with the created tags, which may
// be empty, or nothing if the builder has not fetched all layers.
std::optional<std::string>
load_platforms(const docker::Docker &docker, ImageStore &store, BlobReader &blobs,
               const std::vector<PlatformManifest> &platforms, const std::vector<std::string> &tags,
               progress::Display &display, const progress::Task::Clock &now);

} // namespace berth::image
