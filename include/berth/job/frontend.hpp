// SPDX-License-Identifier: Apache-2.0
// Attributes of the Dockerfile frontend from flags. Its options are listed in BuildKit's
// frontend/dockerfile/docs and https://docs.docker.com/reference/cli/docker/buildx/build/; a new
// build flag is a line in read_frontend().
#pragma once

#include "berth/job/options.hpp"
#include "berth/util/environment.hpp"

#include <map>
#include <string>
#include <vector>

namespace berth::job {

struct Frontend {
    std::string name;                              // dockerfile.v0, or gateway.v0
    std::map<std::string, std::string> attributes; // except those of contexts (contexts.hpp)
    std::vector<std::string> entitlements;
};

// Throws a usage error that names the flag and an invalid value.
void check_options(const BuildOptions &options);

// `default_provenance`: unless --attest says otherwise.
Frontend read_frontend(const BuildOptions &options, const Environment &environment,
                       bool default_provenance);

} // namespace berth::job
