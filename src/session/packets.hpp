// SPDX-License-Identifier: Apache-2.0
// fsutil's packets in wire format. The definitions are proto/buildkit/fsutil.proto's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace berth::session {

// A DATA packet that is filled in place, so that content is copied only once, from the kernel.
class DataPacket {
  public:
    explicit DataPacket(std::size_t capacity) : buffer_(room + capacity, '\0') {}

    char *content() { return buffer_.data() + room; }
    std::size_t capacity() const { return buffer_.size() - room; }
    // The packet with the first `size` bytes of content(); 0 ends the file. Valid until the next.
    std::string_view encode(std::uint32_t id, std::size_t size);

  private:
    static constexpr std::size_t room = 32; // for type, number and length
    std::string buffer_;
};

// ERR: the transfer ends with that text.
std::string error_packet(std::string_view text);

} // namespace berth::session
