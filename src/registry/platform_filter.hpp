// SPDX-License-Identifier: Apache-2.0
// `imagetools create --platform`, and attestations that only their subject leads to.
#pragma once

#include "berth/registry/combine.hpp"

namespace berth::registry {

// Whether the platform of an image satisfies `wanted`. Compares the OS version only if `wanted` has
// one.
bool platform_matches(const store::Platform &wanted, const store::Platform &platform);

// Keeps the manifests of these platforms (all if empty) with their attestations, and adds
// attestations that the registry lists by subject. Throws Error if nothing remains.
Combined filter_platforms(Images &images, Combined image,
                          const std::vector<store::Platform> &wanted);

} // namespace berth::registry
