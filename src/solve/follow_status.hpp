// The progress of one build: Control/Status, read on a thread of its own.
#pragma once

#include "berth/buildkit/connection.hpp"
#include "berth/solve/solve.hpp"

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

    // The build has ended: waits for the rest of its progress, five seconds after the last piece at
    // most, as BuildKit's own client does. Throws what `report` threw.
    void finish();

  private:
    void read();

    std::unique_ptr<buildkit::ClientStream> stream_;
    Report report_;
    std::atomic<int> pieces_{0};
    std::future<void> reader_; // last: it uses the rest
};

} // namespace berth::solve
