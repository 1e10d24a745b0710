// SPDX-License-Identifier: Apache-2.0
// The rules for sources that EXPERIMENTAL_BUILDKIT_SOURCE_POLICY names
// (https://github.com/moby/buildkit/blob/master/docs/build-repro.md#reproducing-the-pinned-dependencies).
#pragma once

#include "buildkit/source_policy.pb.h"

#include <filesystem>

namespace berth::job {

// A JSON file. Throws Error naming it and what is wrong.
moby::buildkit::v1::sourcepolicy::Policy read_source_policy(const std::filesystem::path &file);

} // namespace berth::job
