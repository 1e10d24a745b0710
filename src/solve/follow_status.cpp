// SPDX-License-Identifier: Apache-2.0
#include "follow_status.hpp"

#include "berth/buildkit/typed_stream.hpp"
#include "berth/solve/read_status.hpp"

namespace berth::solve {

namespace control = moby::buildkit::v1;

FollowStatus::FollowStatus(buildkit::Connection &connection, const std::string &ref, Report report)
    : stream_(connection.open("/moby.buildkit.v1.Control/Status")),
      report_(std::move(report)),
      reporter_(std::async(std::launch::async, [this] { this->report(); })),
      reader_(std::async(std::launch::async, [this, ref] { read(ref); })) {}

FollowStatus::~FollowStatus() {
    if (reader_.valid())
        stream_->cancel();
}

void FollowStatus::read(const std::string &ref) {
    struct AtEnd {
        SpillQueue &queue;
        ~AtEnd() { queue.close(); }
    } at_end{queue_};
    try {
        control::StatusRequest request;
        request.set_ref(ref);
        buildkit::write(*stream_, request);
        stream_->end_writing();
        // A message may be of many megabytes: only one copy exists at a time.
        for (std::string message; stream_->read(message); message.clear()) {
            queue_.push(std::move(message));
            ++pieces_;
        }
    } catch (const buildkit::GrpcError &) {
        // The solve reports the error, or the build never began.
    } catch (const buildkit::CommandEnded &) {
    }
}

void FollowStatus::report() {
    std::string message;
    while (queue_.pop(message)) {
        control::StatusResponse response;
        buildkit::parse(message, response);
        message = {};
        report_status(std::move(response), report_);
    }
}

void FollowStatus::finish() {
    constexpr auto quiet = std::chrono::seconds(5);
    for (int seen = -1; reader_.wait_for(quiet) != std::future_status::ready;) {
        if (seen == pieces_)
            stream_->cancel();
        seen = pieces_;
    }
    reader_.get();
    reporter_.get();
}

} // namespace berth::solve
