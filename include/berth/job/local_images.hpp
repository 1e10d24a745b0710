// SPDX-License-Identifier: Apache-2.0
// --local-images: finds images of a Dockerfile that exist only in the engine (saved_images.hpp
// serves them).
#pragma once

#include "berth/context/local_context.hpp"
#include "berth/docker/docker.hpp"
#include "berth/job/options.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::job {

// The images of FROM and COPY --from in a Dockerfile, with build arguments expanded; without
// stages, `scratch`, references with a digest, and those that --build-context replaces.
struct ImageReference {
    std::string name;
    std::string platform = {}; // of FROM --platform; empty: the build's
};
std::vector<ImageReference> image_references(std::string_view dockerfile,
                                             const BuildOptions &options);

// The images of the build's Dockerfile; none if BuildKit fetches the Dockerfile.
std::vector<ImageReference> base_images(const context::LocalContext &context,
                                        const BuildOptions &options);
// The same with --local-images; none without it.
std::vector<ImageReference> wanted_images(const context::LocalContext &context,
                                          const BuildOptions &options);

// Whether the image was never in a registry, so that it has no digest of one. The containerd image
// store gives a digest to every image, so all of its images are local.
bool is_local_only(const docker::Image &image);

struct LocalImage {
    std::string name; // the name that the frontend looks up among named contexts, without :latest
    std::string id;   // the engine's, 64 hex digits
};
// The references that only the engine has. Runs one docker command, or none without references.
// `platforms` are those of the build (empty: the engine's). An image that lacks one of them is left
// to its registry.
std::vector<LocalImage> find_local_images(const docker::Docker &docker,
                                          const std::vector<ImageReference> &references,
                                          const std::vector<std::string> &platforms);

} // namespace berth::job
