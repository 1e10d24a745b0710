// SPDX-License-Identifier: Apache-2.0
// A build by BuildKit's API, from a request to its result. Several may run on one connection.
#pragma once

#include "berth/buildkit/bridge.hpp"
#include "berth/buildkit/connection.hpp"
#include "berth/progress/solve_status.hpp"
#include "berth/solve/request.hpp"

#include <functional>

namespace berth::solve {

// What the exporters say (client/exptypes of BuildKit), for example "containerimage.digest".
using Response = std::map<std::string, std::string>;

// Called with each piece of progress, by one thread at a time, until solve() returns.
using Report = std::function<void(const progress::SolveStatus &)>;

// Returns when all has been exported. Throws GrpcError when the build fails, and what a Connection
// throws.
Response solve(buildkit::Connection &connection, const Request &request, const Report &report);

// The same of a request without a frontend: `work` takes the steps of the build over the bridge,
// and gives the result that is exported.
Response solve_by_bridge(buildkit::Connection &connection, const Request &request,
                         const Report &report,
                         const std::function<buildkit::frontend::Result(buildkit::Bridge &)> &work);

} // namespace berth::solve
