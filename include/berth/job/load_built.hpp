// SPDX-License-Identifier: Apache-2.0
// The step of `--load` after the build: sends the image in the builder to the engine, by layers.
#pragma once

#include "berth/docker/docker.hpp"
#include "berth/image/blob_reader.hpp"
#include "berth/image/image_store.hpp"
#include "berth/progress/display.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace berth::job {

enum class LoadBuilt {
    loaded,
    layers_missing, // BuildKit has not fetched some of them: have the image exported whole
    whole_index,    // of several platforms, for a store that takes them as one: have it exported
                    // whole, as a layout
};

// `metadata`: of the build (build_report.hpp), which names the image. `bases`: references of images
// that it may be built on. Messages with the tags made are added to `warnings`. Throws Error.
LoadBuilt load_built(const docker::Docker &docker, image::ImageStore &store,
                     image::BlobReader &blobs, const nlohmann::json &metadata,
                     const std::vector<std::string> &tags, const std::vector<std::string> &bases,
                     progress::Display &display, const progress::Task::Clock &now,
                     std::string &warnings);

} // namespace berth::job
