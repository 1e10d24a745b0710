// SPDX-License-Identifier: Apache-2.0
// Passes a blob from one transfer to another.
#pragma once

#include "berth/registry/http.hpp"
#include "berth/util/encoding.hpp"

#include <atomic>
#include <string>

namespace berth::registry {

// Buffers a part of the blob. It holds back the last bytes until the digest is verified, so that a
// wrong blob is never completed.
class BlobPipe : public Sink, public Source {
  public:
    BlobPipe(std::string digest, std::int64_t size);

    bool write(std::string_view bytes) override;
    State read(char *buffer, std::size_t size, std::size_t &count) override;
    bool has_room() const override;
    bool has_bytes() const override;
    // One side ended early, so the other one must not wait for it.
    void fail() { failed_ = true; }
    bool failed() const { return failed_; }
    // All bytes have arrived.
    bool complete() const { return received_ == size_; }

  private:
    const std::string digest_;
    const std::int64_t size_;
    std::int64_t received_ = 0;
    std::string waiting_;
    Sha256 hash_;
    std::atomic<bool> failed_{false};
};

} // namespace berth::registry
