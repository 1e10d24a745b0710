// SPDX-License-Identifier: Apache-2.0
// Targets as builds: the options of the equivalent `berth build`.
#pragma once

#include "berth/bake/resolve.hpp"
#include "berth/job/targets.hpp"
#include "berth/util/environment.hpp"

#include <vector>

namespace berth::bake {

// Completes targets as docker buildx does before it prints or builds them: contexts as plain paths,
// SOURCE_DATE_EPOCH of the environment as a build argument. Throws Error for targets that cannot be
// built: with standard input as the context, missing secrets or agents, or invalid platforms.
void prepare(Selection &selection, const Environment &environment);

// The builds of prepared targets, sorted by name.
std::vector<job::NamedTarget> named_targets(const Selection &selection);

} // namespace berth::bake
