// SPDX-License-Identifier: Apache-2.0
// `imagetools create --platform`, and attestations that are found by their subject alone.
#pragma once

#include "berth/registry/combine.hpp"

namespace berth::registry {

// Does `platform`, of an image, serve as `wanted`? The system's version counts where one is wanted.
bool platform_matches(const store::Platform &wanted, const store::Platform &platform);

// Leaves the manifests of those platforms (all, when there are none) with their attestations, and
// adds attestations that the registry knows by their subject. Throws Error when nothing is left.
Combined filter_platforms(Images &images, Combined image,
                          const std::vector<store::Platform> &wanted);

} // namespace berth::registry
