// SPDX-License-Identifier: Apache-2.0
// Targets as builds: what `berth build` would be asked to do for each.
#pragma once

#include "berth/bake/resolve.hpp"
#include "berth/job/remote_definition.hpp"
#include "berth/job/targets.hpp"
#include "berth/util/environment.hpp"

#include <vector>

namespace berth::bake {

// Completes targets as docker buildx does before it prints or builds them: contexts as plain paths
// or addresses, SOURCE_DATE_EPOCH of the environment as an argument. `remote`: where the files come
// from, none for those of this machine. Throws Error for what cannot be built: standard input as a
// context, secrets and agents that are not there, bad platforms.
void prepare(Selection &selection, const job::RemoteDefinition *remote,
             const Environment &environment);

// Of targets prepared with the same `remote`, in the order of their names.
std::vector<job::NamedTarget> named_targets(const Selection &selection,
                                            const job::RemoteDefinition *remote,
                                            const Environment &environment);

} // namespace berth::bake
