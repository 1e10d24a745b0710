// SPDX-License-Identifier: Apache-2.0
// Frames of HTTP/2 as bytes (RFC 9113, section 4.1).
#pragma once

#include <cstddef>
#include <string_view>

namespace berth::buildkit {

constexpr std::size_t frame_head_size = 9;
constexpr unsigned type_headers = 1, type_continuation = 9;
constexpr unsigned flag_end_headers = 0x4, flag_padded = 0x8, flag_priority = 0x20;

inline unsigned byte_at(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

// The length of a frame's payload, from its head.
inline unsigned payload_size(std::string_view head) {
    return byte_at(head, 0) << 16 | byte_at(head, 1) << 8 | byte_at(head, 2);
}

} // namespace berth::buildkit
