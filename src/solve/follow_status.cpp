#include "follow_status.hpp"

#include "berth/buildkit/typed_stream.hpp"

#include "read_status.hpp"

namespace berth::solve {

namespace control = moby::buildkit::v1;

FollowStatus::FollowStatus(buildkit::Connection &connection, const std::string &ref, Report report)
    : stream_(connection.open("/moby.buildkit.v1.Control/Status")),
      report_(std::move(report)),
      reader_(std::async(std::launch::async, [this, ref] {
          control::StatusRequest request;
          request.set_ref(ref);
          try {
              buildkit::write(*stream_, request);
              stream_->end_writing();
          } catch (const buildkit::GrpcError &) {
              return; // read() would say the same, and the solve does
          }
          read();
      })) {}

FollowStatus::~FollowStatus() {
    if (reader_.valid())
        stream_->cancel();
}

void FollowStatus::read() {
    control::StatusResponse response;
    while (true) {
        try {
            if (!buildkit::read(*stream_, response))
                return;
        } catch (const std::exception &) {
            return; // of the connection, of which the solve tells, or of a build that never began
        }
        report_(read_status(response));
        ++pieces_;
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
}

} // namespace berth::solve
