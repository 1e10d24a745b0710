// SPDX-License-Identifier: Apache-2.0
// `--policy` and the policy beside a Dockerfile. docker buildx evaluates Rego policies and refuses
// what they deny (https://docs.docker.com/build/policies/); berth cannot yet, so it refuses the
// build instead of ignoring the policy.
#pragma once

#include "berth/util/environment.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace berth::job {

// Whether `--policy disabled=true` switches policies off. Throws a usage error for a malformed
// value and for any policy that berth would have to evaluate.
bool policies_disabled(const std::vector<std::string> &values);

// Throws Error if BUILDX_DEFAULT_POLICY asks for docker buildx's own policy.
void check_no_default_policy(const Environment &environment);

// Throws Error if DOCKERFILE.rego, which docker buildx loads automatically, is in that directory.
void check_no_policy(const std::filesystem::path &directory, const std::string &dockerfile);

} // namespace berth::job
