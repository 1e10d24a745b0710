// SPDX-License-Identifier: Apache-2.0
#include "directory_receiver.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "buildkit/fsutil.pb.h"
#include "file_mode.hpp"
#include "packets.hpp"

#include <fmt/format.h>

namespace berth::session {
namespace {

using buildkit::GrpcError;
using buildkit::Status;
using buildkit::StatusCode;
using fsutil::types::Packet;

// The sender's own queue holds 128. More in flight could make both sides wait for each other.
constexpr std::size_t most_asked = 32;

// Bounds the memory for listed files that have not arrived.
constexpr std::uint32_t most_files = 10'000'000;

// Twice the window of a connection, so at least one round trip.
constexpr std::size_t most_drained = 32u << 20;

NewFile describe(const fsutil::types::Stat &stat) {
    NewFile file{.path = stat.path(),
                 .go_mode = stat.mode(),
                 .modified_ns = stat.mod_time(),
                 .link = stat.linkname(),
                 .device_major = stat.devmajor(),
                 .device_minor = stat.devminor()};
    for (const auto &[key, value] : stat.xattrs())
        file.xattrs.emplace(key, value);
    return file;
}

std::string packet_of(Packet::PacketType type, std::uint32_t id = 0) {
    Packet packet;
    packet.set_type(type);
    packet.set_id(id);
    return packet.SerializeAsString();
}

} // namespace

DirectoryReceiver::DirectoryReceiver(buildkit::MessageStream &stream,
                                     const OutputDirectory &directory)
    : stream_(stream), writer_(directory) {}

Status DirectoryReceiver::run() {
    try {
        receive();
        return {};
    } catch (const GrpcError &error) {
        return error.status();
    } catch (const std::exception &error) {
        tell(error.what());
        return {StatusCode::unknown, error.what(), {}};
    }
}

void DirectoryReceiver::tell(std::string_view error) {
    try {
        stream_.write(error_packet(error));
        drain();
    } catch (const std::exception &) { // the sender is gone, or the connection is broken
    }
}

// If the stream ended at once, BuildKit's blocked writers would report EOF before its reader sees
// the error packet. Reading on gives it time to read the error.
void DirectoryReceiver::drain() {
    std::string bytes;
    for (std::size_t drained = 0; drained < most_drained && stream_.read(bytes);)
        drained += bytes.size();
}

void DirectoryReceiver::receive() {
    std::string bytes;
    Packet packet;
    while (stream_.read(bytes)) {
        if (!packet.ParseFromString(bytes))
            throw Error(fmt::format("cannot parse a packet of {} bytes", bytes.size()));
        if (!handle(packet)) {
            while (stream_.read(bytes)) {
            }
            return;
        }
    }
    throw GrpcError(StatusCode::cancelled, "the sender ended the transfer early");
}

bool DirectoryReceiver::handle(const Packet &packet) {
    switch (packet.type()) {
    case Packet::PACKET_STAT:
        if (all_listed_)
            throw Error("a file was listed after the end of the list");
        if (packet.has_stat())
            take(packet.stat());
        else
            all_listed_ = true;
        break;
    case Packet::PACKET_DATA:
        take_data(packet.id(), packet.data());
        break;
    case Packet::PACKET_ERR:
        throw GrpcError(StatusCode::unknown,
                        "error from sender: " + printable(packet.data(), true));
    case Packet::PACKET_FIN:
        if (!finished_)
            throw Error("the transfer ended before all files arrived");
        return false;
    default:
        break; // like fsutil
    }
    ask();
    finish_when_complete();
    return true;
}

void DirectoryReceiver::take(const fsutil::types::Stat &stat) {
    if (next_id_ == most_files)
        throw Error(fmt::format("the output has more than {} files", most_files));
    auto id = next_id_++;
    auto file = describe(stat);
    writer_.check(file);
    if (has_content(file.go_mode) && file.link.empty())
        waiting_.emplace_back(id, std::move(file));
    else
        writer_.make(file);
}

void DirectoryReceiver::ask() {
    for (; !waiting_.empty() && asked_.size() < most_asked; waiting_.pop_front()) {
        auto &[id, file] = waiting_.front();
        stream_.write(packet_of(Packet::PACKET_REQ, id));
        asked_.emplace(id, Asked{.file = std::move(file)});
    }
}

void DirectoryReceiver::take_data(std::uint32_t id, std::string_view data) {
    auto found = asked_.find(id);
    if (found == asked_.end())
        throw Error(fmt::format("invalid file request {}", id));
    auto &asked = found->second;
    if (!asked.pending)
        asked.pending.emplace(writer_.open_file(asked.file));
    if (!data.empty())
        return asked.pending->write(data);
    asked.pending->finish();
    asked_.erase(found);
}

void DirectoryReceiver::finish_when_complete() {
    if (finished_ || !all_listed_ || !waiting_.empty() || !asked_.empty())
        return;
    writer_.finish();
    finished_ = true;
    stream_.write(packet_of(Packet::PACKET_FIN));
}

} // namespace berth::session
