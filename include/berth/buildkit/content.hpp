// SPDX-License-Identifier: Apache-2.0
// containerd.services.content.v1.Content: the blobs of a builder, by digest.
#pragma once

#include "berth/buildkit/connection.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace berth::buildkit {

class Content {
  public:
    explicit Content(Connection &connection) : connection_(connection) {}

    std::int64_t size(const std::string &digest); // throws GrpcError not_found if missing
    // Each call of the result returns the next piece of the blob, and an empty one at its end.
    // Throws GrpcError data_loss if pieces are not consecutive. The caller checks digest and size.
    // The connection must outlive it.
    std::function<std::string()> open(const std::string &digest);
    // A whole blob of at most `largest` bytes, with a verified digest (sha256). Otherwise throws
    // GrpcError resource_exhausted or data_loss.
    std::string read_all(const std::string &digest, std::size_t largest = 16 << 20);

  private:
    Connection &connection_;
};

} // namespace berth::buildkit
