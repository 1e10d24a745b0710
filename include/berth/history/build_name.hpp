// SPDX-License-Identifier: Apache-2.0
// The name of a build in lists: its context and target.
#pragma once

#include "berth/store/store.hpp"

#include <map>
#include <optional>
#include <string>

namespace berth::history {

using Attributes = std::map<std::string, std::string>; // of the frontend

// BUILDKIT_BUILD_NAME, else the last parts of the context's and Dockerfile's paths, with the target
// in parentheses: `app`, `app/deploy/Dockerfile.release (test)`; docker buildx's rules
// (util/history/build_name.go). Empty if nothing is known.
std::string build_name(const Attributes &attributes, const std::optional<store::BuildRef> &noted);

} // namespace berth::history
