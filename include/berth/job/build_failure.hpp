// SPDX-License-Identifier: Apache-2.0
// Errors of failed builds, in docker buildx's form.
#pragma once

#include "berth/buildkit/connection.hpp"
#include "berth/buildkit/error_details.hpp"
#include "berth/job/emulation.hpp"
#include "berth/util/error.hpp"

#include <string>
#include <vector>

namespace berth::job {

struct BuildFailure {
    std::string excerpt; // of the Dockerfile: is printed above the error
    Error error;
};

// The error for the user from BuildKit's error. `cancelled`: the user ended the build. `platforms`:
// of the build (flag_values.hpp).
BuildFailure failure_of_status(const buildkit::Status &status, bool cancelled,
                               const EmulationWatch &emulation,
                               const std::vector<std::string> &platforms);

// The user ended the build.
Error build_cancelled();

// The container or the connection ended before BuildKit returned an error.
Error ended_early(const buildkit::CommandEnded &ended, const std::string &container);

// The source lines of an error; empty if it names none.
std::string source_excerpt(const std::vector<buildkit::ErrorSource> &sources);

} // namespace berth::job
