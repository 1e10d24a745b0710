// SPDX-License-Identifier: Apache-2.0
#include "berth/solve/solve.hpp"

#include "berth/buildkit/bridge.hpp"

#include "follow_status.hpp"
#include "message.hpp"
#include "services.hpp"

namespace berth::solve {

namespace {

using Message = buildkit::control::SolveRequest;

// Calls `run` with the request's message while the session is there and progress is reported.
Response with_session(buildkit::Connection &connection, const Request &request,
                      const Report &report,
                      const std::function<buildkit::control::SolveResponse(const Message &)> &run) {
    auto services = services_of(request);
    FollowStatus progress(connection, request.ref, report);
    buildkit::Session session(connection, services, {.shared_key = request.shared_key});
    // Before the session, which waits for what it serves.
    struct AtEnd {
        const Request &request;
        ~AtEnd() {
            if (request.on_end)
                request.on_end();
        }
    } at_end{request};
    buildkit::control::SolveResponse response;
    try {
        response = run(message_of(request, session.id()));
    } catch (const buildkit::CommandEnded &) { // no more progress comes
        throw;
    } catch (const std::exception &) {
        progress.finish(); // the log of what failed
        throw;
    }
    progress.finish();
    return {response.exporter_response().begin(), response.exporter_response().end()};
}

} // namespace

// As docker buildx: the frontend is asked over the bridge. (Control/Solve could ask it, but the
// build's provenance would be another.)
Response solve(buildkit::Connection &connection, const Request &request, const Report &report) {
    return with_session(connection, request, report, [&](Message message) {
        buildkit::frontend::SolveRequest asked;
        asked.set_frontend(message.frontend());
        *asked.mutable_frontend_opt() = message.frontend_attrs();
        message.clear_frontend();
        return buildkit::solve_by_bridge(connection, message, [&](buildkit::Bridge &bridge) {
            return bridge.solve(asked).result();
        });
    });
}

Response
solve_by_bridge(buildkit::Connection &connection, const Request &request, const Report &report,
                const std::function<buildkit::frontend::Result(buildkit::Bridge &)> &work) {
    return with_session(connection, request, report, [&](const Message &message) {
        return buildkit::solve_by_bridge(connection, message, work);
    });
}

} // namespace berth::solve
