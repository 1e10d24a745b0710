// SPDX-License-Identifier: Apache-2.0
// A build by BuildKit's API, from a request to its result. Several may run on one connection.
#pragma once

#include "berth/buildkit/bridge.hpp"
#include "berth/buildkit/connection.hpp"
#include "berth/progress/solve_status.hpp"
#include "berth/solve/request.hpp"

#include <atomic>
#include <functional>
#include <memory>

namespace berth::solve {

// The exporters' responses (client/exptypes of BuildKit), for example "containerimage.digest".
using Response = std::map<std::string, std::string>;

// Called with each piece of progress, by one thread at a time, until the build has ended.
using Report = std::function<void(const progress::SolveStatus &)>;

// Serves the files and other objects of a request, as a session of the connection.
class Served {
  public:
    Served(buildkit::Connection &connection, const Request &request);
    ~Served(); // calls request.on_end; the session ends
    Served(const Served &) = delete;
    Served &operator=(const Served &) = delete;

    const std::string &session() const { return session_.id(); }
    TransferFailures &failures() { return *failures_; }

  private:
    std::function<void()> on_end_;
    std::shared_ptr<TransferFailures> failures_;
    buildkit::Services services_;
    buildkit::Session session_; // last, since it uses the other members
};

// The request to the frontend over the bridge.
buildkit::frontend::SolveRequest frontend_request(const Request &request);

// One build. Its session lasts as long as the object, since other builds that use its result may
// read through it.
class Build {
  public:
    using Result = buildkit::frontend::Result;
    using OnResult = std::function<void(buildkit::Bridge &, const Result &)>;

    Build(buildkit::Connection &connection, Request request, Report report);

    // Lets the frontend solve the request, calls `on_result`, and exports the result. At the time
    // of the call BuildKit knows the steps, and has built those that the frontend reads. An
    // exception of `on_result` ends the build. Returns when all has been exported. Throws GrpcError
    // if the build fails, and the errors of Connection.
    Response solve(const OnResult &on_result = {});
    // The same for a request without a frontend: `work` builds over the bridge, and returns the
    // result to export.
    Response solve_by_bridge(const std::function<Result(buildkit::Bridge &)> &work);

    // From any thread: the running solve, or the next, throws GrpcError `cancelled`.
    void cancel();

    const Request &request() const { return request_; }

  private:
    [[noreturn]] void fail(const buildkit::GrpcError &error);

    buildkit::Connection &connection_;
    Request request_;
    Report report_;
    Served served_;
    buildkit::CallGroup calls_;
    std::atomic<bool> cancelled_{false};
};

} // namespace berth::solve
