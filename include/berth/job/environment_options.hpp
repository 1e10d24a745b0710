// SPDX-License-Identifier: Apache-2.0
// Build options from the environment, as docker buildx reads them.
#pragma once

#include "berth/job/options.hpp"
#include "berth/util/environment.hpp"

namespace berth::job {

// SOURCE_DATE_EPOCH becomes a build argument, DOCKER_DEFAULT_PLATFORM the platform, each unless it
// is given; the build argument BUILDKIT_INLINE_CACHE adds --cache-to type=inline.
// EXPERIMENTAL_BUILDKIT_SOURCE_POLICY is the source policy.
void add_environment(BuildOptions &options, const Environment &environment);

} // namespace berth::job
