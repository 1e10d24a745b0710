// SPDX-License-Identifier: Apache-2.0
// One side of a gRPC connection: calls and answers as blocking streams towards the program, bytes
// of HTTP/2 towards the peer. Its owner transports the bytes (Connection: a docker command;
// Session: messages of another stream). Thread-safe.
#pragma once

#include "berth/buildkit/http2.hpp"
#include "berth/buildkit/message_stream.hpp"

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace berth::buildkit {

struct CallOptions {
    Metadata metadata = {};
    // Time limit of the whole call, after which it fails with deadline_exceeded; nothing: no limit.
    std::optional<std::chrono::milliseconds> timeout = {};
    std::size_t largest_message =
        16 << 20; // limit for received messages, in bytes; like BuildKit's own client
};

// A call on the client's side. read() returns false when the call has succeeded, and throws
// GrpcError with the status if it failed. write() also throws if the server has already ended the
// call. The destructor cancels the call.
class ClientStream : public MessageStream {
  public:
    virtual void end_writing() = 0;
    // Headers of the response; empty before read() has returned.
    virtual Metadata headers() = 0;
    virtual void cancel() = 0; // from any thread; read() and write() throw `cancelled` then
};

// One request and one response over a new stream. Throws GrpcError.
std::string call_over(ClientStream &stream, const std::string &method, std::string_view request);

struct GrpcLimits {
    Http2Limits http2 = {};
    std::size_t largest_message = 16 << 20; // bytes; of a server's calls
    // Limits for queued bytes of a stream: to send, before write() blocks, and to read, before the
    // peer's window closes. Queued bytes delay the answers to the peer's pings, which determine its
    // window (docs/decisions.md).
    std::size_t to_send = 64 << 10;
    std::size_t to_read = 1 << 20;
    // For a Connection: the peer counts as gone after this time without any bytes, even answers to
    // pings.
    std::chrono::milliseconds silence = std::chrono::seconds(60);
};

class GrpcPeer {
  public:
    // A client, or with `services` a server, which runs each call on its own thread. `services`
    // must outlive the peer.
    explicit GrpcPeer(const Services *services = nullptr, const GrpcLimits &limits = {});
    ~GrpcPeer(); // fails the calls and waits for their handlers
    GrpcPeer(const GrpcPeer &) = delete;
    GrpcPeer &operator=(const GrpcPeer &) = delete;

    // Throws Error if the bytes break the protocol. The owner must then call fail().
    void receive(std::string_view bytes);
    // Waits for bytes to send, and fills the buffer. 0: closed, failed or broken.
    std::size_t send(char *buffer, std::size_t size);
    void ping(); // the answer arrives through receive()
    // Whether the peer broke the protocol. The owner must then call fail(), since calls still wait.
    bool broken() const;
    // Makes send() return 0 after everything is sent.
    void close();
    // The connection failed: pending and later calls throw this error.
    void fail(std::exception_ptr reason);

    std::unique_ptr<ClientStream> open(const std::string &method, const CallOptions &options = {});
    // One request, one response. Throws GrpcError.
    std::string call(const std::string &method, std::string_view request,
                     const CallOptions &options = {});

    class Core;

  private:
    std::shared_ptr<Core> core_;
};

} // namespace berth::buildkit
