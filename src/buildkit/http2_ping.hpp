// SPDX-License-Identifier: Apache-2.0
// When to answer gRPC's pings that measure the bandwidth. grpc-go sends one with data that it
// receives, counts the bytes until the answer comes, and lets the sender send twice as many ahead,
// up to 16 MiB; but only while the bandwidth is the highest so far. Answered at once, the first
// measurements see what fits into pipes, and chance decides whether the window ends at 0.6 or at
// 2.4 MB. So a ping is answered after four windows of data, or when nothing waits to be sent: three
// measurements open the window wide, each faster than the one before.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace berth::buildkit {

using PingData = std::array<std::uint8_t, 8>;

// grpc-go, internal/transport/bdp_estimator.go. `ping` has 8 bytes.
inline bool measures_bandwidth(const std::uint8_t *ping) {
    constexpr PingData known = {2, 4, 16, 16, 9, 14, 7, 7};
    return std::equal(known.begin(), known.end(), ping);
}

class HeldPing {
  public:
    bool holds() const { return left_ > 0; }

    // `window`: bytes that may be sent ahead on a stream.
    void hold(const std::uint8_t *ping, std::size_t window) {
        constexpr std::size_t least = 64 << 10, most = 8 << 20;
        std::copy_n(ping, ping_.size(), ping_.begin());
        left_ = std::clamp(4 * window, least, most);
    }

    // True when the ping is due.
    bool sent(std::size_t bytes) {
        if (!holds())
            return false;
        left_ -= std::min(left_ - 1, bytes);
        return left_ == 1;
    }

    PingData release() {
        left_ = 0;
        return ping_;
    }

  private:
    PingData ping_ = {};
    std::size_t left_ = 0; // bytes to send before the answer, and one
};

} // namespace berth::buildkit
