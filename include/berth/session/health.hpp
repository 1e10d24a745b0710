// SPDX-License-Identifier: Apache-2.0
// grpc.health.v1.Health: BuildKit ends a session that does not answer this.
#pragma once

#include "berth/buildkit/message_stream.hpp"

namespace berth::session {

void add_health(buildkit::Services &services);

} // namespace berth::session
