// --local-images: images of the Dockerfile that the engine has and no registry does. They are put
// into the builder as OCI layouts, and the build is told to take them from there.
#pragma once

#include "berth/build/options.hpp"
#include "berth/context/local_context.hpp"
#include "berth/docker/docker.hpp"
#include "berth/progress/display.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::build {

// The images that a Dockerfile starts from or copies from, with build arguments put in; without
// stages, `scratch`, what has a digest, and what --build-context replaces.
std::vector<std::string> image_references(std::string_view dockerfile, const BuildOptions &options);

// Those of the build's Dockerfile; none when BuildKit itself fetches the Dockerfile.
std::vector<std::string> base_images(const context::LocalContext &context,
                                     const BuildOptions &options);
// The same with --local-images; none without it.
std::vector<std::string> wanted_images(const context::LocalContext &context,
                                       const BuildOptions &options);

// Those of `found` that have never been in a registry: they have no digest there. The containerd
// image store gives one to every image, so that all of its images count.
bool is_local_only(const docker::Image &image);

struct LocalImage {
    std::string name; // as the frontend looks for it among named contexts: without :latest
    std::string id;   // the engine's, 64 hex digits
};
// Those of the references that the engine alone has; one docker command, none without references.
std::vector<LocalImage> find_local_images(const docker::Docker &docker,
                                          const std::vector<std::string> &references);

class LocalImages {
  public:
    LocalImages(const docker::Docker &docker, std::string container)
        : docker_(docker), container_(std::move(container)) {}

    // Finds those of the references that the engine alone has and sends what the builder lacks: two
    // commands, and one for each image that is sent. The container must run. Throws Error.
    void bring(const std::vector<std::string> &references, progress::Display &display,
               const progress::Task::Clock &now);
    // buildctl's words.
    std::vector<std::string> arguments() const;

  private:
    struct Image {
        std::string name;   // as the frontend looks for it: without :latest
        std::string id;     // the engine's, 64 hex digits
        std::string digest; // of the manifest in the builder
    };
    void find(const std::vector<std::string> &references);
    void ask_builder();
    void send(Image &image, progress::Task &task) const;

    const docker::Docker &docker_;
    std::string container_;
    std::vector<Image> images_;
};

} // namespace berth::build
