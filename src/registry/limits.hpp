// SPDX-License-Identifier: Apache-2.0
// Limits of images, which come from registries and layouts of others.
#pragma once

#include <cstddef>

namespace berth::registry {

constexpr int most_nested = 8;               // indexes within each other
constexpr std::size_t most_visited = 10'000; // manifests and blobs of one image

} // namespace berth::registry
