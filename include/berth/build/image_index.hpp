// Images that are an index (a manifest list): of several platforms, or with attestations.
#pragma once

#include "berth/build/options.hpp"
#include "berth/build/output.hpp"
#include "berth/docker/docker.hpp"

#include <vector>

namespace berth::build {

// Where such an image goes to an engine or into a docker archive, which has no room for an index,
// decides how: a containerd image store takes it as a layout (Output::as_layout), the classic store
// does not, but for several platforms that are loaded one by one (platform_load). The engine is
// asked only then. Throws Error with docker buildx's words when there is no way.
void plan_indexes(const BuildOptions &options, std::vector<Output> &outputs,
                  const docker::Docker &docker);

} // namespace berth::build
