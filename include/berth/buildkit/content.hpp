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

    std::int64_t size(const std::string &digest); // GrpcError not_found when there is none
    // Each call of the result gives the next piece of the blob, and an empty one at its end. Throws
    // GrpcError data_loss when they don't follow one another. The caller compares the digest, and
    // the size. The connection must outlive it.
    std::function<std::string()> open(const std::string &digest);
    // A whole blob of at most `largest` bytes whose digest (sha256) is right; else GrpcError
    // resource_exhausted or data_loss.
    std::string read_all(const std::string &digest, std::size_t largest = 16 << 20);

  private:
    Connection &connection_;
};

} // namespace berth::buildkit
