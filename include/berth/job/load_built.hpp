// SPDX-License-Identifier: Apache-2.0
// The step of `--load` after the build: sends the image in the builder to the engine, by layers.
#pragma once

#include "berth/docker/docker.hpp"
#include "berth/image/blob_reader.hpp"
#include "berth/image/early_look.hpp"
#include "berth/image/image_store.hpp"
#include "berth/progress/display.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace berth::job {

enum class LoadBuilt {
    loaded,
    layers_missing, // BuildKit has not fetched some of them: export the whole image
    whole_index, // of several platforms, for a store that accepts an index: export the whole image
                 // as a layout
};

// `metadata`: of the build (build_report.hpp), which names the image. `bases`: references of
// possible base images. `early`: may be null. Adds messages with the created tags to `warnings`.
// Throws Error.
LoadBuilt load_built(const docker::Docker &docker, image::ImageStore &store,
                     image::BlobReader &blobs, const nlohmann::json &metadata,
                     const std::vector<std::string> &tags, const std::vector<std::string> &bases,
                     image::EarlyLook *early, progress::Display &display,
                     const progress::Task::Clock &now, std::string &warnings);

} // namespace berth::job
