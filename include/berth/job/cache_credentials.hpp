// SPDX-License-Identifier: Apache-2.0
// Addresses and credentials of caches from the environment. They are sent to BuildKit with the
// request and never appear in a command.
#pragma once

#include "berth/job/local_cache.hpp"
#include "berth/util/environment.hpp"

#include <string>
#include <string_view>

namespace berth::job {

// type=gha: its address and token from GitHub's variables (ACTIONS_…) unless the flag has them;
// without both it is left out, like docker buildx. type=s3: the keys of AWS's variables
// (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN) unless the flag has keys.
CacheOptions with_credentials(CacheOptions caches, const Environment &environment);

// Whether the value of the attribute is a secret.
bool is_secret_attribute(std::string_view key);

} // namespace berth::job
