// Why a build did not work, as docker buildx shows it.
#pragma once

#include "berth/build/emulation.hpp"
#include "berth/build/transport.hpp"
#include "berth/buildkit/error_details.hpp"
#include "berth/util/error.hpp"

#include <string>
#include <vector>

namespace berth::build {

struct BuildFailure {
    std::string excerpt; // of the Dockerfile: is printed above the error
    Error error;
};

// What is wrong with `result`, which is not `done`. `platforms`: of the build (flag_values.hpp).
BuildFailure read_failure(const SolveResult &result, const std::string &container, bool cancelled,
                          const std::vector<std::string> &platforms);

// The same of the error that BuildKit gave. `cancelled`: the user ended the build.
BuildFailure failure_of_status(const buildkit::Status &status, bool cancelled,
                               const EmulationWatch &emulation,
                               const std::vector<std::string> &platforms);

// The lines that an error is about, one source after the other; empty when it names none.
std::string source_excerpt(const std::vector<buildkit::ErrorSource> &sources);

} // namespace berth::build
