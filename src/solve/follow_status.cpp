#include "follow_status.hpp"

#include "berth/buildkit/typed_stream.hpp"

#include "read_status.hpp"

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
        std::string message;
        while (stream_->read(message)) {
            queue_.push(message);
            ++pieces_;
        }
    } catch (const buildkit::GrpcError &) {
        // The solve tells of it; or the build never began.
    } catch (const buildkit::CommandEnded &) {
    }
}

void FollowStatus::report() {
    std::string message;
    control::StatusResponse response;
    while (queue_.pop(message)) {
        buildkit::parse(message, response);
        report_(read_status(response));
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
