// The step of `--load` after the build: what the build left in the builder goes to the engine, by
// layers.
#pragma once

#include "berth/build/remote.hpp"
#include "berth/docker/docker.hpp"
#include "berth/image/image_store.hpp"
#include "berth/progress/display.hpp"

#include <string>
#include <vector>

namespace berth::build {

enum class LoadBuilt {
    loaded,
    layers_missing, // BuildKit has not fetched some: an export fetches them (output_plan: fetching)
    whole_image,    // cannot be taken apart: have it exported whole
    whole_index, // of several platforms, for a store that takes them as one: have it exported as a
                 // layout
};

// `bases`: references of images that the result may be built on. Messages with the tags made are
// added to `warnings`. Throws Error.
LoadBuilt load_built(const docker::Docker &docker, image::ImageStore &store,
                     const std::string &container, const RemoteReply &reply,
                     const std::vector<std::string> &tags, const std::vector<std::string> &bases,
                     progress::Display &display, const progress::Task::Clock &now,
                     std::string &warnings);

} // namespace berth::build
