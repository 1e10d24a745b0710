// SPDX-License-Identifier: Apache-2.0
#include "berth/session/health.hpp"

#include "berth/buildkit/typed_stream.hpp"

#include "buildkit/health.pb.h"

namespace berth::session {

void add_health(buildkit::Services &services) {
    using grpc::health::v1::HealthCheckRequest;
    using grpc::health::v1::HealthCheckResponse;
    services.add(
        "/grpc.health.v1.Health/Check",
        buildkit::unary<HealthCheckRequest, HealthCheckResponse>([](const auto &, const auto &) {
            HealthCheckResponse response;
            response.set_status(HealthCheckResponse::SERVING);
            return response;
        }));
}

} // namespace berth::session
