// SPDX-License-Identifier: Apache-2.0
// `cache.lock` of a local cache, like BuildKit's client: exports share it until the index names the
// new blobs, and removing blobs takes it exclusively.
#pragma once

#include "berth/util/file.hpp"

#include <filesystem>

namespace berth::job {

// Waits up to ten seconds. Without a descriptor: the directory does not exist yet, or cannot be
// locked.
FileDescriptor share_cache(const std::filesystem::path &directory);
// Removes the blobs that no manifest in the index leads to (reset=true). Throws Error and removes
// nothing when the cache is in use, or when a manifest cannot be read.
void remove_unused_blobs(const std::filesystem::path &directory);

} // namespace berth::job
