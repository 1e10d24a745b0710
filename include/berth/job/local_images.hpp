// SPDX-License-Identifier: Apache-2.0
// --local-images: which images of a Dockerfile the engine has and no registry does
// (saved_images.hpp serves them).
#pragma once

#include "berth/context/local_context.hpp"
#include "berth/docker/docker.hpp"
#include "berth/job/options.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::job {

// The images that a Dockerfile starts from or copies from, with build arguments put in; without
// stages, `scratch`, what has a digest, and what --build-context replaces.
struct ImageReference {
    std::string name;
    std::string platform = {}; // of FROM --platform; empty: the build's
};
std::vector<ImageReference> image_references(std::string_view dockerfile,
                                             const BuildOptions &options);

// Those of the build's Dockerfile; none when BuildKit itself fetches the Dockerfile.
std::vector<ImageReference> base_images(const context::LocalContext &context,
                                        const BuildOptions &options);
// The same with --local-images; none without it.
std::vector<ImageReference> wanted_images(const context::LocalContext &context,
                                          const BuildOptions &options);

// Those of `found` that have never been in a registry: they have no digest there. The containerd
// image store gives one to every image, so that all of its images count.
bool is_local_only(const docker::Image &image);

struct LocalImage {
    std::string name; // as the frontend looks for it among named contexts: without :latest
    std::string id;   // the engine's, 64 hex digits
};
// Those of the references that the engine alone has; one docker command, none without references.
// `platforms` are those of the build, in the form that images have, none for the engine's: an image
// that lacks one of them comes from its registry.
std::vector<LocalImage> find_local_images(const docker::Docker &docker,
                                          const std::vector<ImageReference> &references,
                                          const std::vector<std::string> &platforms);

} // namespace berth::job
