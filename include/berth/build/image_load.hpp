// `--load`: brings the image a build left in the builder into the engine, sending only the layers
// that the engine lacks. Facts: an archive for `docker load` may leave out layers whose whole chain
// of diff IDs the classic image store has already.
#pragma once

#include "berth/build/remote.hpp"
#include "berth/docker/docker.hpp"
#include "berth/progress/display.hpp"

#include <string>
#include <vector>

namespace berth::build {

struct BuiltLayer {
    std::string digest; // of the blob in the builder, "sha256:…"
    std::string diff_id;
    std::int64_t size = 0; // of the blob
};

struct BuiltImage {
    std::string config_digest, manifest_digest;
    std::vector<BuiltLayer> layers;
};

// What the builder said of the image. Nothing when it said nothing usable (an index, another
// worker): then the image has to be exported whole. Wrong JSON is an Error.
std::optional<BuiltImage> read_built_image(const RemoteReply &reply);

// How many of the image's first layers some image of the engine starts with.
std::size_t shared_layers(const BuiltImage &image, const std::vector<docker::Image> &engine);

// The archive of what the engine lacks is made by one script in the builder and goes through this
// process into `docker load`; pure.
std::vector<std::string> archive_command(const BuiltImage &image,
                                         const std::vector<std::string> &tags,
                                         std::size_t first_layer);

enum class LoadResult {
    present, // the engine had the image and all its tags
    tagged,  // it had the image
    loaded,
    whole_needed, // this engine's image store needs the whole image
};

// Draws `importing to docker` in `display`. Throws when `docker load` fails with everything sent.
LoadResult load_image(const docker::Docker &docker, const std::string &container,
                      const BuiltImage &image, const std::vector<std::string> &tags,
                      progress::Display &display, const progress::Task::Clock &now);

} // namespace berth::build
