// SPDX-License-Identifier: Apache-2.0
// What the environment adds to caches: addresses and credentials. They go to BuildKit with the
// request, and are no part of a command.
#pragma once

#include "berth/job/local_cache.hpp"
#include "berth/util/environment.hpp"

#include <string>
#include <string_view>

namespace berth::job {

// type=gha: its address and token from GitHub's variables (ACTIONS_…) unless the flag has them;
// without both it is left out, as docker buildx does it. type=s3: the keys of AWS's variables
// (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN) unless the flag has keys.
CacheOptions with_credentials(CacheOptions caches, const Environment &environment);

// Is the attribute's value one that nobody is to see?
bool is_secret_attribute(std::string_view key);

} // namespace berth::job
