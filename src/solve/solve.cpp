#include "berth/solve/solve.hpp"

#include "berth/buildkit/control.hpp"

#include "follow_status.hpp"
#include "message.hpp"
#include "services.hpp"

namespace berth::solve {

Response solve(buildkit::Connection &connection, const Request &request, const Report &report) {
    auto services = services_of(request);
    buildkit::Control control(connection);
    FollowStatus progress(connection, request.ref, report);
    buildkit::Session session(connection, services, {.shared_key = request.shared_key});
    try {
        auto response = control.solve(message_of(request, session.id()));
        progress.finish();
        return {response.exporter_response().begin(), response.exporter_response().end()};
    } catch (const buildkit::GrpcError &) {
        progress.finish(); // the log of what failed
        throw;
    }
}

} // namespace berth::solve
