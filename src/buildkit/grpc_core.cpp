// SPDX-License-Identifier: Apache-2.0
// Operations of calls: read, write, end.
#include "grpc_core.hpp"

namespace berth::buildkit {

GrpcPeer::Core::Core(const Services *services, const GrpcLimits &limits)
    : services_(services),
      limits_(limits),
      http2_(services ? Http2::Role::server : Http2::Role::client, *this, limits.http2) {}

void GrpcPeer::Core::receive(std::string_view bytes) {
    std::lock_guard lock(mutex_);
    if (failure_)
        std::rethrow_exception(failure_);
    http2_.receive(bytes);
    wake_sender();
}

std::size_t GrpcPeer::Core::send(char *buffer, std::size_t size) {
    std::unique_lock lock(mutex_);
    while (!failure_) {
        auto count = http2_.send(buffer, size);
        if (count > 0)
            return count;
        if (closing_ || http2_.failed())
            break;
        output_.wait(lock);
    }
    return 0;
}

void GrpcPeer::Core::ping() {
    std::lock_guard lock(mutex_);
    if (failure_ || closing_)
        return;
    http2_.ping();
    wake_sender();
}

bool GrpcPeer::Core::broken() {
    std::lock_guard lock(mutex_);
    return http2_.failed();
}

void GrpcPeer::Core::close() {
    std::lock_guard lock(mutex_);
    closing_ = true;
    output_.notify_all();
}

void GrpcPeer::Core::fail(std::exception_ptr reason) {
    std::lock_guard lock(mutex_);
    if (!failure_)
        failure_ = std::move(reason);
    output_.notify_all();
    for (auto &[stream, call] : calls_)
        call->changed.notify_all();
}

GrpcPeer::Core::Call GrpcPeer::Core::open(const std::string &method, const CallOptions &options) {
    std::lock_guard lock(mutex_);
    if (failure_)
        std::rethrow_exception(failure_);
    if (gone_away_)
        throw GrpcError(*gone_away_);
    auto call = std::make_shared<GrpcCall>(options.largest_message);
    if (options.timeout)
        call->deadline = std::chrono::steady_clock::now() + *options.timeout;
    call->stream = http2_.open(request_headers(method, options.metadata, options.timeout));
    calls_.emplace(call->stream, call);
    wake_sender();
    return call;
}

// Waits until the call is ready, or has ended or failed. Throws if the connection failed first.
void GrpcPeer::Core::wait(std::unique_lock<std::mutex> &lock, GrpcCall &call,
                          const std::function<bool()> &ready) {
    auto over = [&] { return ready() || call.status || call.closed || failure_; };
    if (!call.deadline) {
        call.changed.wait(lock, over);
    } else if (!call.changed.wait_until(lock, *call.deadline, over)) {
        reset(call, Http2Error::cancel, {StatusCode::deadline_exceeded, "no answer in time", {}});
    }
    if (failure_ && !ready() && !call.status && !call.closed)
        std::rethrow_exception(failure_);
}

bool GrpcPeer::Core::read(GrpcCall &call, std::string &message) {
    std::unique_lock lock(mutex_);
    wait(lock, call, [&] { return !call.messages.empty() || call.peer_ended; });
    if (!call.messages.empty()) {
        message = std::move(call.messages.front());
        call.messages.pop_front();
        call.unread -= message.size();
        release(call);
        return true;
    }
    if (call.status && !call.status->ok())
        throw GrpcError(*call.status);
    return false;
}

void GrpcPeer::Core::write(GrpcCall &call, std::string_view message) {
    auto bytes = frame(message);
    std::unique_lock lock(mutex_);
    // Waits until half of the queue is sent, since waking for each message would cost more than the
    // message.
    if (http2_.waiting(call.stream) >= limits_.to_send)
        wait(lock, call, [&] { return http2_.waiting(call.stream) <= limits_.to_send / 2; });
    if (call.status && !call.status->ok())
        throw GrpcError(*call.status);
    if (call.status || call.closed)
        throw GrpcError(StatusCode::cancelled, "the peer has ended the call");
    if (failure_)
        std::rethrow_exception(failure_);
    if (services_)
        respond(call);
    http2_.write(call.stream, bytes);
    wake_sender();
}

Metadata GrpcPeer::Core::headers(GrpcCall &call) {
    std::lock_guard lock(mutex_);
    return call.headers;
}

void GrpcPeer::Core::end_writing(GrpcCall &call) {
    std::lock_guard lock(mutex_);
    if (!call.closed)
        http2_.finish(call.stream);
    wake_sender();
}

void GrpcPeer::Core::abandon(GrpcCall &call, const Status &status) {
    std::lock_guard lock(mutex_);
    // A server that ended the call early may leave the stream half open.
    bool ended = call.status.has_value();
    if (!call.closed)
        reset(call, ended ? Http2Error::no_error : Http2Error::cancel, status);
    call.messages.clear();
    call.unread = 0;
    release(call);
}

void GrpcPeer::Core::settle(GrpcCall &call, const Status &status) {
    if (!call.status)
        call.status = status;
    call.changed.notify_all();
}

void GrpcPeer::Core::reset(GrpcCall &call, Http2Error error, const Status &status) {
    settle(call, status);
    if (!call.closed)
        http2_.reset(call.stream, error);
    call.closed = true;
    calls_.erase(call.stream); // a reader keeps it alive
    wake_sender();
}

// Opens the window for bytes below the limit.
void GrpcPeer::Core::release(GrpcCall &call) {
    if (call.held == 0 || call.unread > limits_.to_read)
        return;
    http2_.consumed(call.stream, call.held);
    call.held = 0;
    wake_sender();
}

void GrpcPeer::Core::wake_sender() {
    if (http2_.has_output())
        output_.notify_all();
}

} // namespace berth::buildkit
