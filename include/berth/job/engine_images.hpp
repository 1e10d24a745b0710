// SPDX-License-Identifier: Apache-2.0
// The form of an image for an engine or a docker archive. A docker archive cannot contain an index
// (a manifest list), which images with several platforms or with attestations have.
#pragma once

#include "berth/job/options.hpp"
#include "berth/job/output.hpp"

#include <functional>
#include <vector>

namespace berth::job {

// A containerd image store accepts all images as a layout (Output::as_layout, for_containerd), as
// docker buildx sends them: the ID of an image there is the digest of its manifest. The classic
// store does not accept an index, but can load several platforms one by one (platform_load). Throws
// Error with docker buildx's message if the image cannot be loaded. `containerd` returns whether
// the engine of an output has such a store.
void plan_engine_images(const BuildOptions &options, std::vector<Output> &outputs,
                        const std::function<bool(const Output &)> &containerd);

} // namespace berth::job
