// SPDX-License-Identifier: Apache-2.0
// gRPC's messages in the body of a stream (a byte of flags, four of length, the message), and its
// statuses in headers: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md.
#pragma once

#include "berth/buildkit/http2.hpp"
#include "berth/buildkit/message_stream.hpp"
#include "berth/buildkit/status.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace berth::buildkit {

std::string frame(std::string_view message);

// Splits a body into messages.
class MessageReader {
  public:
    explicit MessageReader(std::size_t largest) : largest_(largest) {}

    // Consumes `bytes` up to the end of one message. Nothing if the message is incomplete. Throws
    // GrpcError if it is compressed, or longer than `largest`.
    std::optional<std::string> take(std::string_view &bytes);
    // Whether the body ended between two messages.
    bool between_messages() const { return prefix_.empty(); }

  private:
    std::size_t largest_;
    std::string prefix_, message_;
    std::size_t length_ = 0;
};

// The first value; or nothing.
std::optional<std::string> header(const Headers &headers, std::string_view name);

// The final status of a call in its headers: grpc-status, grpc-message, grpc-status-details-bin, or
// the HTTP status of a server that does not speak gRPC. Nothing if they do not end the call.
std::optional<Status> status_in(const Headers &headers);
Headers headers_of(const Status &status);
// The status of a stream that was reset.
Status status_of_reset(Http2Error error);

// Without pseudo-headers and gRPC's own.
Metadata metadata_in(const Headers &headers);
void add_metadata(Headers &headers, const Metadata &metadata);

// Request headers of a call.
Headers request_headers(const std::string &method, const Metadata &metadata,
                        std::optional<std::chrono::milliseconds> timeout);

} // namespace berth::buildkit
