// SPDX-License-Identifier: Apache-2.0
// The GitHub workflow that creates a builder, for the provenance of what it builds (the driver
// option provenance-add-gha).
#pragma once

#include "berth/util/environment.hpp"

#include <string>

namespace berth::builder {

// As JSON with the keys of docker buildx (util/ghutil): the event with its payload, and, where all
// their variables are set, actor, ref, repository, workflow and runner. Empty outside of GitHub
// Actions. Throws Error if the file of the event cannot be read or is no JSON object.
std::string github_context(const Environment &environment);

} // namespace berth::builder
