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

// Called with each piece of progress, by one thread at a time, until the build has ended.
using Report = std::function<void(const progress::SolveStatus &)>;

// The files and whatever else of a request this side serves, as a session of the connection.
class Served {
  public:
    Served(buildkit::Connection &connection, const Request &request);
    ~Served(); // calls request.on_end; the session ends
    Served(const Served &) = delete;
    Served &operator=(const Served &) = delete;

    const std::string &session() const { return session_.id(); }

  private:
    std::function<void()> on_end_;
    buildkit::Services services_;
    buildkit::Session session_; // last: it uses the rest
};

// What the frontend is asked for over the bridge.
buildkit::frontend::SolveRequest frontend_request(const Request &request);

// One build. Its session lasts as long as the object: what another build takes from this one, it
// may read by this session.
class Build {
  public:
    using Result = buildkit::frontend::Result;
    using OnResult = std::function<void(buildkit::Bridge &, const Result &)>;

    Build(buildkit::Connection &connection, Request request, Report report);

    // Has the frontend solve the request and exports what comes of it, of which `on_result` hears
    // first: at that time BuildKit knows the steps, and has built those that the frontend reads. An
    // exception of it ends the build. Returns when all has been exported. Throws GrpcError when the
    // build fails, and what a Connection throws.
    Response solve(const OnResult &on_result = {});
    // The same of a request without a frontend: `work` takes the steps of the build over the
    // bridge, and gives the result that is exported.
    Response solve_by_bridge(const std::function<Result(buildkit::Bridge &)> &work);

    // From any thread: the running solve, or the next, throws GrpcError `cancelled`.
    void cancel() { calls_.cancel(); }

    const Request &request() const { return request_; }

  private:
    buildkit::Connection &connection_;
    Request request_;
    Report report_;
    Served served_;
    buildkit::CallGroup calls_;
};

} // namespace berth::solve
