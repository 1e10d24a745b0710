// SPDX-License-Identifier: Apache-2.0
// How a gRPC call ended: code, message, and the details that BuildKit adds to its errors.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::buildkit {

// gRPC's codes, by their numbers on the wire.
enum class StatusCode : int {
    ok = 0,
    cancelled = 1,
    unknown = 2,
    invalid_argument = 3,
    deadline_exceeded = 4,
    not_found = 5,
    already_exists = 6,
    permission_denied = 7,
    resource_exhausted = 8,
    failed_precondition = 9,
    aborted = 10,
    out_of_range = 11,
    unimplemented = 12,
    internal = 13,
    unavailable = 14,
    data_loss = 15,
    unauthenticated = 16,
};

// The name as gRPC's Go library prints it, for example "DeadlineExceeded"; "Code(99)" for others.
std::string to_string(StatusCode code);

// One entry of google.rpc.Status.details.
struct StatusDetail {
    std::string type_url; // for example "github.com/moby/buildkit/errdefs.Source+json"
    std::string value;    // JSON when the type ends in "+json", protobuf otherwise
};

struct Status {
    StatusCode code = StatusCode::ok;
    std::string message = {}; // may be any bytes: it comes from the peer
    std::vector<StatusDetail> details = {};

    bool ok() const { return code == StatusCode::ok; }
};

// Thrown where a call or a stream failed.
class GrpcError : public std::exception {
  public:
    explicit GrpcError(Status status) : status_(std::move(status)) {}
    GrpcError(StatusCode code, std::string message) : status_{code, std::move(message), {}} {}

    const Status &status() const { return status_; }
    const char *what() const noexcept override { return status_.message.c_str(); }

  private:
    Status status_;
};

} // namespace berth::buildkit
