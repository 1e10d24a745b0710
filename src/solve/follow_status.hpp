// SPDX-License-Identifier: Apache-2.0
// The progress of one build: Control/Status. BuildKit ends a build whose status is read three
// seconds too late; so one thread reads it as it comes, and another reports it as fast as it is
// taken.
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
    ~FollowStatus(); // gives up, if finish() was not called
    FollowStatus(const FollowStatus &) = delete;
    FollowStatus &operator=(const FollowStatus &) = delete;

    // The build has ended: waits for the rest of its progress, for which BuildKit's own client
    // gives five seconds after the last piece, and until all of it is reported. Throws what
    // `report` threw.
    void finish();

  private:
    void read(const std::string &ref);
    void report();

    static constexpr std::size_t in_memory = 4 << 20; // bytes

    std::unique_ptr<buildkit::ClientStream> stream_;
    Report report_;
    SpillQueue queue_{in_memory};
    std::atomic<int> pieces_{0};
    std::future<void> reporter_, reader_; // last: they use the rest
};

} // namespace berth::solve
