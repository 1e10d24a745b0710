// SPDX-License-Identifier: Apache-2.0
// State shared by a GrpcPeer and its calls: one mutex guards one Http2 and the state of each
// stream.
#pragma once

#include "berth/buildkit/grpc_frames.hpp"
#include "berth/buildkit/grpc_peer.hpp"

#include "handler_threads.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

namespace berth::buildkit {

// One stream. Guarded by the core's mutex.
struct GrpcCall {
    explicit GrpcCall(std::size_t largest_message) : reader(largest_message) {}

    std::int32_t stream = 0;
    std::optional<std::chrono::steady_clock::time_point> deadline;
    MessageReader reader;
    std::deque<std::string> messages;
    std::size_t unread = 0; // bytes in `messages`
    std::size_t held = 0;   // bytes for which the window is still closed
    Metadata headers;       // client: of the response
    bool responded = false; // server: the headers have been sent; client: they have arrived
    bool peer_ended = false, closed = false;
    std::optional<Status> status; // final status, if known
    std::condition_variable changed;
};

class GrpcPeer::Core : public std::enable_shared_from_this<Core>, private Http2Listener {
  public:
    using Call = std::shared_ptr<GrpcCall>;

    Core(const Services *services, const GrpcLimits &limits);

    void receive(std::string_view bytes);
    std::size_t send(char *buffer, std::size_t size);
    void ping();
    bool broken();
    void close();
    void fail(std::exception_ptr reason);
    void wait_for_handlers() { handlers_.join(); }

    Call open(const std::string &method, const CallOptions &options);
    bool read(GrpcCall &call, std::string &message);
    void write(GrpcCall &call, std::string_view message);
    void end_writing(GrpcCall &call);
    Metadata headers(GrpcCall &call);
    // Resets the stream unless it has ended.
    void abandon(GrpcCall &call, const Status &status);

  private:
    void on_headers(std::int32_t stream, Headers headers, bool end) override;
    void on_data(std::int32_t stream, std::string_view bytes) override;
    void on_end(std::int32_t stream) override;
    void on_close(std::int32_t stream, Http2Error error) override;
    void on_sent(std::int32_t stream) override;
    void on_go_away(Http2Error error, std::string_view reason) override;

    void on_request(std::int32_t stream, const Headers &headers, bool end);
    void on_response(GrpcCall &call, const Headers &headers, bool end);
    void serve(const Call &call, const std::string &method, Metadata metadata);
    void answer(GrpcCall &call, const Status &status);
    void respond(GrpcCall &call);
    void settle(GrpcCall &call, const Status &status); // unless it has a status
    void end_incoming(GrpcCall &call);
    void reset(GrpcCall &call, Http2Error error, const Status &status);
    void release(GrpcCall &call);
    void wait(std::unique_lock<std::mutex> &lock, GrpcCall &call,
              const std::function<bool()> &ready);
    void wake_sender();

    const Services *services_;
    GrpcLimits limits_;
    std::mutex mutex_;
    std::condition_variable output_;
    std::map<std::int32_t, Call> calls_;
    std::exception_ptr failure_;
    std::optional<Status> gone_away_;
    bool closing_ = false;
    Http2 http2_;
    HandlerThreads handlers_;
};

} // namespace berth::buildkit
