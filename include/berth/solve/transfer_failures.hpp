// SPDX-License-Identifier: Apache-2.0
// Why BuildKit ended a transfer. If it cannot store what it receives, it cancels the transfer's own
// parts too, and at times reports only "context canceled" as the build's error (observed with
// BuildKit 0.34 and paths beyond PATH_MAX), but it sends the reason to the sender.
#pragma once

#include "berth/buildkit/message_stream.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace berth::solve {

// Thread-safe. Must outlive the services' calls.
class TransferFailures {
  public:
    // Watches those of the services that transfer a build's files. Their failure always fails the
    // build, unlike that of a secret or a credential.
    void watch(buildkit::Services &services);
    // The first failure that is no cancellation. Waits so long for running transfers to end.
    std::optional<buildkit::Status> first(std::chrono::milliseconds limit);

  private:
    buildkit::Handler watched(buildkit::Handler handler);
    void ended(const buildkit::Status &status);

    std::mutex mutex_;
    std::condition_variable changed_;
    int running_ = 0;
    std::optional<buildkit::Status> first_;
};

} // namespace berth::solve
