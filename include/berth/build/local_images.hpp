// --local-images: images of the Dockerfile that the engine has and no registry does. They are put
// into the builder as OCI layouts, and the build is told to take them from there.
#pragma once

#include "berth/build/options.hpp"
#include "berth/context/local_context.hpp"
#include "berth/docker/docker.hpp"
#include "berth/progress/display.hpp"
#include "berth/session/content.hpp"

#include <map>
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

class LocalImages {
  public:
    explicit LocalImages(const docker::Docker &) {}
    void bring(const std::vector<std::string> &references, progress::Display &display,
               const progress::Task::Clock &now);
    std::map<std::string, std::string> attributes() const { return {}; }
    std::map<std::string, session::ContentDirectory> stores() const { return {}; }
};

} // namespace berth::build
