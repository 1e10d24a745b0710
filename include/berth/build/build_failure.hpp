// Why a build did not work: buildctl's words as docker buildx shows them.
#pragma once

#include "berth/build/emulation.hpp"
#include "berth/buildkit/connection.hpp"
#include "berth/buildkit/status.hpp"
#include "berth/util/error.hpp"

#include <string>
#include <vector>

namespace berth::build {

struct BuildFailure {
    std::string excerpt; // of the Dockerfile: is printed above the error
    Error error;
};

BuildFailure failure_of_status(const buildkit::Status &status, const EmulationWatch &emulation, const std::vector<std::string> &platforms);

// The container or the connection to it went before BuildKit gave a reason.
Error ended_early(const buildkit::CommandEnded &ended, const std::string &container);

} // namespace berth::build
