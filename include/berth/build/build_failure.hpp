// Why a build did not work: buildctl's words as docker buildx shows them.
#pragma once

#include "berth/build/transport.hpp"
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

} // namespace berth::build
