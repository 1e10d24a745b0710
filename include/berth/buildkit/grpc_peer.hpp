// SPDX-License-Identifier: Apache-2.0
// One side of a gRPC connection: calls and answers as blocking streams on one side, bytes of HTTP/2
// on the other. Its owner transports the bytes (Connection: a docker command; Session: messages of
// another stream). Thread-safe.
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
    // From now on, for the whole call; nothing: it may take forever. The call then fails with
    // deadline_exceeded.
    std::optional<std::chrono::milliseconds> timeout = {};
    std::size_t largest_message = 16 << 20; // bytes that are received; as BuildKit's own client
};

// A call on the side of its client. read() returns false when the call succeeded, and otherwise
// throws GrpcError with its status. write() throws that too when the server has ended the call
// already. Destroying it cancels the call.
class ClientStream : public MessageStream {
  public:
    virtual void end_writing() = 0;
    // Headers of the response; none before read() has returned.
    virtual Metadata headers() = 0;
    virtual void cancel() = 0; // from any thread; read() and write() throw `cancelled` then
};

// One request, one response over a stream that was just opened. Throws GrpcError.
std::string call_over(ClientStream &stream, const std::string &method, std::string_view request);

struct GrpcLimits {
    Http2Limits http2 = {};
    std::size_t largest_message = 16 << 20; // bytes; of a server's calls
    // Bytes of a stream that wait here: to be sent, before write() blocks, and to be read, before
    // the peer's window closes. What is queued delays the answers to the peer's pings, by which it
    // chooses its window (docs/decisions.md).
    std::size_t to_send = 64 << 10;
    std::size_t to_read = 1 << 20;
    // Of a Connection: the peer has gone when nothing comes for so long, not even answers to pings.
    std::chrono::milliseconds silence = std::chrono::seconds(60);
};

class GrpcPeer {
  public:
    // A client; with `services` a server, which runs each call on a thread of its own. They must
    // live as long.
    explicit GrpcPeer(const Services *services = nullptr, const GrpcLimits &limits = {});
    ~GrpcPeer(); // fails the calls and waits for their handlers
    GrpcPeer(const GrpcPeer &) = delete;
    GrpcPeer &operator=(const GrpcPeer &) = delete;

    // Throws Error when the bytes break the protocol. The owner then calls fail().
    void receive(std::string_view bytes);
    // Waits for bytes to send, and fills the buffer. 0: closed, failed or broken.
    std::size_t send(char *buffer, std::size_t size);
    void ping(); // the peer's answer comes as bytes
    // The peer has broken the protocol. The owner calls fail(), since calls still wait.
    bool broken() const;
    // send() gives 0 when everything has been sent.
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
