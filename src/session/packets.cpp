// SPDX-License-Identifier: Apache-2.0
#include "packets.hpp"

#include "buildkit/fsutil.pb.h"

namespace berth::session {
namespace {

using Packet = fsutil::types::Packet;

void append_varint(std::string &text, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        text += static_cast<char>(0x80 | (value & 0x7f));
    text += static_cast<char>(value);
}

constexpr char tag(int field, int wire_type) {
    return static_cast<char>(field << 3 | wire_type);
}

} // namespace

std::string_view DataPacket::encode(std::uint32_t id, std::size_t size) {
    std::string head = {tag(Packet::kTypeFieldNumber, 0), Packet::PACKET_DATA};
    head += tag(Packet::kIdFieldNumber, 0);
    append_varint(head, id);
    if (size > 0) {
        head += tag(Packet::kDataFieldNumber, 2);
        append_varint(head, size);
    }
    buffer_.replace(room - head.size(), head.size(), head);
    return std::string_view(buffer_).substr(room - head.size(), head.size() + size);
}

std::string error_packet(std::string_view text) {
    Packet packet;
    packet.set_type(Packet::PACKET_ERR);
    packet.set_data(text.data(), text.size());
    return packet.SerializeAsString();
}

} // namespace berth::session
