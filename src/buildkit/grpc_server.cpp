// SPDX-License-Identifier: Apache-2.0
// Calls of a server.
#include "grpc_core.hpp"

#include <array>

namespace berth::buildkit {
namespace {

// A peer that resets streams immediately could otherwise start any number of threads.
constexpr std::size_t most_threads = 512;

class ServerStream : public MessageStream {
  public:
    ServerStream(GrpcPeer::Core &core, GrpcCall &call) : core_(core), call_(call) {}
    bool read(std::string &message) override { return core_.read(call_, message); }
    void write(std::string_view message) override { core_.write(call_, message); }

  private:
    GrpcPeer::Core &core_;
    GrpcCall &call_;
};

Status run(const Services &services, Request &request) {
    const auto *handler = services.find(request.method);
    if (!handler)
        return {StatusCode::unimplemented, "unknown method " + request.method, {}};
    try {
        return (*handler)(request);
    } catch (const GrpcError &error) {
        return error.status();
    } catch (const std::exception &error) {
        return {StatusCode::unknown, error.what(), {}};
    } catch (...) {
        return {StatusCode::unknown, request.method + " failed", {}};
    }
}

} // namespace

void GrpcPeer::Core::on_request(std::int32_t stream, const Headers &headers, bool end) {
    if (handlers_.running() >= most_threads) {
        http2_.reset(stream, Http2Error::refused_stream);
        return;
    }
    auto call = std::make_shared<GrpcCall>(limits_.largest_message);
    call->stream = stream;
    call->peer_ended = end;
    calls_.emplace(stream, call);
    serve(call, *header(headers, ":path"), metadata_in(headers));
}

void GrpcPeer::Core::serve(const Call &call, const std::string &method, Metadata metadata) {
    // The thread must not keep the core: its last owner waits for the thread.
    handlers_.start([this, call, method, metadata = std::move(metadata)]() mutable {
        ServerStream stream(*this, *call);
        Request request{method, std::move(metadata), stream};
        answer(*call, run(*services_, request));
    });
}

void GrpcPeer::Core::respond(GrpcCall &call) {
    if (call.responded)
        return;
    call.responded = true;
    http2_.respond(call.stream, {{":status", "200"}, {"content-type", "application/grpc"}}, false);
}

void GrpcPeer::Core::answer(GrpcCall &call, const Status &status) {
    std::lock_guard lock(mutex_);
    if (call.closed || failure_)
        return;
    auto trailers = headers_of(status);
    if (call.responded) {
        http2_.finish(call.stream, std::move(trailers));
    } else {
        call.responded = true;
        trailers.insert(trailers.begin(),
                        {{":status", "200"}, {"content-type", "application/grpc"}});
        http2_.respond(call.stream, trailers, true);
    }
    // Drops further messages of the peer.
    call.messages.clear();
    call.unread = 0;
    release(call);
    calls_.erase(call.stream);
    wake_sender();
}

} // namespace berth::buildkit
