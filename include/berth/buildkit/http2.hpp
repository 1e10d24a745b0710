// SPDX-License-Identifier: Apache-2.0
// One HTTP/2 connection as a transformation of bytes: no socket, no thread, no clock. Wraps one
// nghttp2 session. Not thread-safe.
#pragma once

#include "berth/util/error.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct nghttp2_session;

namespace berth::buildkit {

class LargeHeaders;
class HeldPing;

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Http2Limits {
    // Bytes that the peer may send ahead of consumed(), on one stream and on all of them.
    std::int32_t stream_window = 8 << 20;
    std::int32_t connection_window = 16 << 20;
    std::uint32_t streams = 128;        // that the peer may open at once
    std::size_t header_bytes = 4 << 20; // of one request or response
};

// RFC 9113, section 7.
enum class Http2Error : std::uint32_t {
    no_error = 0,
    protocol_error = 1,
    internal_error = 2,
    flow_control_error = 3,
    refused_stream = 7,
    cancel = 8,
    enhance_your_calm = 11,
    inadequate_security = 12,
};

// Events from the peer. Called inside receive() and send(); may call everything except these two.
class Http2Listener {
  public:
    virtual ~Http2Listener() = default;
    // A request, a response or trailers. `end`: the peer sends nothing more on this stream.
    virtual void on_headers(std::int32_t stream, Headers headers, bool end) = 0;
    // Call consumed() when the bytes are processed; until then they count against the stream's
    // window.
    virtual void on_data(std::int32_t stream, std::string_view bytes) = 0;
    virtual void on_end(std::int32_t stream) = 0; // after data
    // Both sides have ended the stream, or one has reset it.
    virtual void on_close(std::int32_t stream, Http2Error error) = 0;
    virtual void on_sent(std::int32_t stream) = 0; // waiting() has shrunk
    // The peer accepts no new streams. Streams that it never saw are closed with refused_stream.
    virtual void on_go_away(Http2Error error, std::string_view reason) = 0;
};

class Http2 {
  public:
    enum class Role { client, server };

    Http2(Role role, Http2Listener &listener, const Http2Limits &limits = {});
    ~Http2();
    Http2(const Http2 &) = delete;
    Http2 &operator=(const Http2 &) = delete;

    // Throws Error if the bytes break the protocol; the connection is then unusable. Most
    // violations only set failed().
    void receive(std::string_view bytes);
    // Fills the buffer with the next bytes to write; returns 0 if there are none. Answers to pings
    // and settings precede data, but for pings that measure the bandwidth: see http2_ping.hpp.
    std::size_t send(char *buffer, std::size_t size);
    bool has_output() const;
    // Whether the peer broke the protocol, and send() has written the final message.
    bool failed() const { return failed_; }
    Error error() const; // the reason

    void ping(); // the peer answers
    // Sends a client's request and returns the stream; write() and finish() send the body.
    std::int32_t open(const Headers &headers);
    // A server's response headers; `end`: nothing follows.
    void respond(std::int32_t stream, const Headers &headers, bool end);
    // Queues a part of the body, without a limit: see waiting().
    void write(std::int32_t stream, std::string_view bytes);
    // Ends this side after the queued bytes, with optional trailers.
    void finish(std::int32_t stream, Headers trailers = {});
    void reset(std::int32_t stream, Http2Error error);
    void consumed(std::int32_t stream, std::size_t bytes);
    std::size_t waiting(std::int32_t stream) const; // bytes queued by write()

  private:
    struct Stream {
        std::string out; // unsent from `sent` on
        std::size_t sent = 0;
        bool finished = false, deferred = false;
        Headers trailers;
        Headers incoming;
        std::size_t incoming_bytes = 0;
    };
    struct Callbacks; // nghttp2's
    struct Delete {
        void operator()(nghttp2_session *session) const;
    };

    void read(std::string_view bytes);
    std::ptrdiff_t take_output(std::int32_t stream, char *buffer, std::size_t size,
                               std::uint32_t &flags);
    void resume(std::int32_t stream);
    void answer(const std::uint8_t *ping);
    void answer_held();
    bool any_waiting() const;

    Http2Listener &listener_;
    Http2Limits limits_;
    std::unique_ptr<LargeHeaders> large_headers_; // of a client
    std::unique_ptr<HeldPing> held_ping_;
    std::map<std::int32_t, Stream> streams_;
    bool failed_ = false;
    std::string reason_;  // the last error of nghttp2
    std::string pending_; // a partly sent frame
    std::size_t pending_sent_ = 0;
    std::unique_ptr<nghttp2_session, Delete> session_;
};

} // namespace berth::buildkit
