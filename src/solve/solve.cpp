// SPDX-License-Identifier: Apache-2.0
#include "berth/solve/solve.hpp"

#include "follow_status.hpp"
#include "message.hpp"
#include "services.hpp"

namespace berth::solve {
namespace {

// How long a transfer may take to end after its build.
constexpr auto longest_end = std::chrono::seconds(1);

} // namespace

Served::Served(buildkit::Connection &connection, const Request &request)
    : on_end_(request.on_end),
      failures_(request.failures ? request.failures : std::make_shared<TransferFailures>()),
      services_(services_of(request, *failures_)),
      session_(connection, services_, {.id = request.session, .shared_key = request.shared_key}) {}

// The session waits for its running calls.
Served::~Served() {
    if (on_end_)
        on_end_();
}

Build::Build(buildkit::Connection &connection, Request request, Report report)
    : connection_(connection),
      request_(std::move(request)),
      report_(std::move(report)),
      served_(connection, request_),
      calls_(connection) {}

buildkit::frontend::SolveRequest frontend_request(const Request &request) {
    buildkit::frontend::SolveRequest asked;
    asked.set_frontend(request.frontend);
    *asked.mutable_frontend_opt() = message_of(request, request.session).frontend_attrs();
    asked.mutable_frontend_inputs()->insert(request.inputs.begin(), request.inputs.end());
    return asked;
}

// Like docker buildx, calls the frontend over the bridge. (With Control/Solve the provenance would
// differ.)
Response Build::solve(const OnResult &on_result) {
    return solve_by_bridge([&](buildkit::Bridge &bridge) {
        auto result = bridge.solve(frontend_request(request_)).result();
        if (on_result)
            on_result(bridge, result);
        return result;
    });
}

Response Build::solve_by_bridge(const std::function<Result(buildkit::Bridge &)> &work) {
    FollowStatus progress(connection_, request_.ref, report_);
    auto message = message_of(request_, served_.session());
    message.clear_frontend();
    buildkit::control::SolveResponse response;
    try {
        response = buildkit::solve_by_bridge(connection_, calls_, message, work);
    } catch (const buildkit::CommandEnded &) { // no progress follows
        throw;
    } catch (const buildkit::GrpcError &error) {
        progress.finish(); // reports the log of the failed step
        fail(error);
    } catch (const std::exception &) {
        progress.finish();
        throw;
    }
    progress.finish();
    return {response.exporter_response().begin(), response.exporter_response().end()};
}

// If this side did not cancel the build, reports the reason of its transfer instead.
void Build::fail(const buildkit::GrpcError &error) {
    if (error.status().code == buildkit::StatusCode::cancelled && !cancelled_)
        if (auto reason = served_.failures().first(longest_end))
            throw buildkit::GrpcError(*reason);
    throw buildkit::GrpcError(error);
}

void Build::cancel() {
    cancelled_ = true;
    calls_.cancel();
}

} // namespace berth::solve
