// SPDX-License-Identifier: Apache-2.0
// Completion from the definition of a `berth bake` line. No candidates if the definition cannot be
// read.
#pragma once

#include "berth/args/line.hpp"
#include "berth/cli/complete.hpp"
#include "berth/util/environment.hpp"

#include <vector>

namespace berth::cli {

std::vector<Candidate> bake_targets(const args::Line &typed, const Environment &environment);
// NAME=
std::vector<Candidate> bake_variables(const args::Line &typed, const Environment &environment);
// TARGET.KEY=, for --set.
std::vector<Candidate> bake_overrides(const args::Line &typed, const Environment &environment);

} // namespace berth::cli
