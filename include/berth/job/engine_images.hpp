// SPDX-License-Identifier: Apache-2.0
// In which form an image goes to an engine or into a docker archive, which has no room for an index
// (a manifest list): that of several platforms, or with attestations.
#pragma once

#include "berth/job/options.hpp"
#include "berth/job/output.hpp"

#include <functional>
#include <vector>

namespace berth::job {

// A containerd image store takes all as a layout (Output::as_layout, for_containerd), as docker
// buildx gives it to such an engine: the ID of an image there is its manifest's digest. The classic
// store takes no index, but several platforms can be loaded one by one (platform_load). Throws
// Error with docker buildx's message when there is no way. `containerd`: has the engine of that
// output such a store?
void plan_engine_images(const BuildOptions &options, std::vector<Output> &outputs,
                        const std::function<bool(const Output &)> &containerd);

} // namespace berth::job
