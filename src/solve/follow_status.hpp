// SPDX-License-Identifier: Apache-2.0
// The progress of one build: Control/Status. BuildKit ends a build whose status is read three
// seconds late, so one thread reads it immediately, and another reports it at the display's speed.
#pragma once

#include "berth/buildkit/connection.hpp"
#include "berth/solve/solve.hpp"
#include "berth/util/spill_queue.hpp"

#include <atomic>
#include <future>
#include <memory>
#include <string>

namespace berth::solve {

class FollowStatus {
  public:
    FollowStatus(buildkit::Connection &connection, const std::string &ref, Report report);
    ~FollowStatus(); // stops reading, unless finish() was called
    FollowStatus(const FollowStatus &) = delete;
    FollowStatus &operator=(const FollowStatus &) = delete;

    // Called after the build: waits for the rest of its progress, at most five seconds after the
    // last piece (like BuildKit's own client), and until all of it is reported. Rethrows exceptions
    // of `report`.
    void finish();

  private:
    void read(const std::string &ref);
    void report();

    static constexpr std::size_t in_memory = 4 << 20; // bytes

    std::unique_ptr<buildkit::ClientStream> stream_;
    Report report_;
    SpillQueue queue_{in_memory};
    std::atomic<int> pieces_{0};
    std::future<void> reporter_, reader_; // last, since they use the other members
};

} // namespace berth::solve
