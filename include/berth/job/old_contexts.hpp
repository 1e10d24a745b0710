// SPDX-License-Identifier: Apache-2.0
// Versions of berth before 0.2 kept contexts in the builder's state volume, where neither `du` nor
// `prune` sees them.
#pragma once

#include "berth/docker/docker.hpp"

#include <filesystem>
#include <string>

namespace berth::job {

// Removes them, by one docker command, once for each container; does nothing if the client's cache
// directory shows that no such version was used. Ignores failures.
void remove_old_contexts(const docker::Docker &docker, const std::string &container,
                         const std::filesystem::path &cache);

} // namespace berth::job
