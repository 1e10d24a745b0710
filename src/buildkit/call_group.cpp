// SPDX-License-Identifier: Apache-2.0
#include "berth/buildkit/call_group.hpp"

namespace berth::buildkit {
namespace {

[[noreturn]] void throw_cancelled() {
    throw GrpcError(StatusCode::cancelled, "the call was cancelled");
}

} // namespace

// Keeps a stream in the group while it is used.
class CallGroup::Running {
  public:
    Running(CallGroup &group, ClientStream &stream) : group_(group), stream_(stream) {
        std::lock_guard lock(group_.mutex_);
        if (group_.cancelled_)
            throw_cancelled();
        group_.running_.insert(&stream_);
    }
    ~Running() {
        std::lock_guard lock(group_.mutex_);
        group_.running_.erase(&stream_);
    }
    Running(const Running &) = delete;
    Running &operator=(const Running &) = delete;

  private:
    CallGroup &group_;
    ClientStream &stream_;
};

std::string CallGroup::call(const std::string &method, std::string_view request,
                            const CallOptions &options) {
    return connection_.record(method, [&] {
        auto stream = connection_.open(method, options);
        Running running(*this, *stream);
        try {
            return call_over(*stream, method, request);
        } catch (const GrpcError &) {
            // The response of a call that ended just before is dropped.
            if (std::lock_guard lock(mutex_); cancelled_)
                throw_cancelled();
            throw;
        }
    });
}

void CallGroup::cancel() {
    std::lock_guard lock(mutex_);
    cancelled_ = true;
    for (auto *stream : running_)
        stream->cancel();
}

} // namespace berth::buildkit
