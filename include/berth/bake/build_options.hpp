// SPDX-License-Identifier: Apache-2.0
// Targets as builds: the options of the equivalent `berth build`.
#pragma once

#include "berth/bake/resolve.hpp"
#include "berth/job/remote_definition.hpp"
#include "berth/job/targets.hpp"
#include "berth/util/environment.hpp"

#include <vector>

namespace berth::bake {

// Completes targets as docker buildx does before it prints or builds them: contexts as plain paths
// or addresses, SOURCE_DATE_EPOCH of the environment as a build argument. `remote`: the remote
// definition, null for local files. Throws Error for targets that cannot be built: with standard
// input as the context, missing secrets or agents, or invalid platforms.
void prepare(Selection &selection, const job::RemoteDefinition *remote,
             const Environment &environment);

// The builds of targets that were prepared with the same `remote`, sorted by name.
std::vector<job::NamedTarget> named_targets(const Selection &selection,
                                            const job::RemoteDefinition *remote,
                                            const Environment &environment);

} // namespace berth::bake
