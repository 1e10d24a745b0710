// SPDX-License-Identifier: Apache-2.0
// moby.buildkit.v1.Control: the API for clients of buildkitd. Calls throw the errors of Connection.
#pragma once

#include "berth/buildkit/connection.hpp"
#include "berth/buildkit/typed_stream.hpp"
#include "berth/util/units.hpp"

#include "buildkit/control.pb.h"

#include <functional>
#include <optional>

namespace berth::buildkit {

namespace control = moby::buildkit::v1;

class Control {
  public:
    // `options` applies to every call.
    explicit Control(Connection &connection, CallOptions options = {})
        : connection_(connection), options_(std::move(options)) {}

    control::InfoResponse info();
    control::ListWorkersResponse list_workers(const control::ListWorkersRequest &request = {});
    control::DiskUsageResponse disk_usage(const control::DiskUsageRequest &request = {});
    // Calls `removed` for each removed record.
    void prune(const control::PruneRequest &request,
               const std::function<void(const control::UsageRecord &)> &removed);
    // Returns when the build has ended. `request.ref` names it for status().
    control::SolveResponse solve(const control::SolveRequest &request);
    // Calls `update` until the build with that ref has ended; waits for a build that has not begun.
    void status(const std::string &ref,
                const std::function<void(const control::StatusResponse &)> &update);
    // The build records, and the builder's clock when it began to answer (BuildKit 0.13 or later).
    // A filter or limit in the request crashes some versions of buildkitd.
    std::optional<Time>
    history(const control::BuildHistoryRequest &request,
            const std::function<void(const control::BuildHistoryEvent &)> &event);
    void update_history(const control::UpdateBuildHistoryRequest &request);

  private:
    Connection &connection_;
    CallOptions options_;
};

// Whether a buildkitd version, for example "v0.25.2" or "0.17.0-rc1", is at least this one. Other
// forms, and "0.0.0+unknown" of a build from sources, count as new.
bool at_least(const std::string &version, int major, int minor);

} // namespace berth::buildkit
