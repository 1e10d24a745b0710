// SPDX-License-Identifier: Apache-2.0
#include "file_sender.hpp"

#include "berth/util/directory_cursor.hpp"
#include "berth/util/error.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"

#include "buildkit/fsutil.pb.h"
#include "file_list.hpp"
#include "file_mode.hpp"
#include "packets.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::session {
namespace {

using buildkit::GrpcError;
using buildkit::Status;
using buildkit::StatusCode;
using fsutil::types::Packet;

constexpr std::size_t most_senders = 4; // concurrent files
constexpr std::size_t packet_size = 128u << 10;

struct Stopped {}; // ends a walk that is no longer needed

FileDescriptor open_file(DirectoryCursor &cursor, const std::string &path) {
    int directory = cursor.open(parent_of(path));
    if (directory < 0)
        return {};
    // Without O_NONBLOCK, a pipe that took the file's place would never open.
    FileDescriptor file(::openat(directory, std::string(name_of(path)).c_str(),
                                 O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status;
    if (file && ::fstat(file.get(), &status) == 0 && !S_ISREG(status.st_mode)) {
        file.close();
        errno = ESTALE;
    }
    return file;
}

} // namespace

FileSender::FileSender(buildkit::MessageStream &stream, const SourceDirectory &directory,
                       const context::SourceFilter &filter)
    : stream_(stream), directory_(directory), filter_(filter) {}

Status FileSender::run() {
    std::thread lister([this] { guarded([this] { list(); }); });
    guarded([this] { answer(); });
    {
        std::lock_guard lock(mutex_);
        all_asked_ = true;
        changed_.notify_all();
    }
    lister.join();
    for (auto &sender : senders_)
        sender.join();
    return status_.value_or(Status{});
}

template<class Work>
void FileSender::guarded(Work work) {
    try {
        work();
    } catch (const Stopped &) {
    } catch (const GrpcError &error) {
        fail(error.status());
    } catch (const std::exception &error) {
        fail({StatusCode::unknown, error.what(), {}});
        tell(error.what());
    }
}

// Reports an error to the receiver, which shows it to the user.
void FileSender::tell(std::string_view text) {
    try {
        write(error_packet(text));
    } catch (const std::exception &) { // it is gone, or the connection is broken
    }
}

void FileSender::fail(Status status) {
    std::lock_guard lock(mutex_);
    failed_ = true;
    // The list cannot be sent on if the receiver has failed; it says why.
    if (!status_ || status_->code == StatusCode::cancelled)
        status_ = std::move(status);
    changed_.notify_all();
}

void FileSender::write(std::string_view message) {
    std::lock_guard lock(write_mutex_);
    stream_.write(message);
}

void FileSender::list() {
    Packet packet;
    std::uint32_t id = 0;
    context::walk_source(directory_.path, filter_, [&](const context::SourceEntry &entry) {
        if (failed_)
            throw Stopped();
        fill_stat(*packet.mutable_stat(), entry, directory_);
        if (has_content(packet.stat().mode()))
            files_.add(id, entry.path, S_ISSOCK(entry.status.st_mode));
        ++id;
        write(packet.SerializeAsString());
    });
    packet.clear_stat();
    write(packet.SerializeAsString()); // the end of the list
}

// Handles the messages of the receiver.
void FileSender::answer() {
    std::string bytes;
    Packet packet;
    while (stream_.read(bytes)) {
        if (!packet.ParseFromString(bytes))
            throw Error(fmt::format("cannot parse a packet of {} bytes", bytes.size()));
        if (packet.type() == Packet::PACKET_ERR)
            throw GrpcError(StatusCode::unknown,
                            "error from receiver: " + printable(packet.data(), true));
        if (packet.type() == Packet::PACKET_REQ)
            queue(packet.id());
        if (packet.type() == Packet::PACKET_FIN) {
            packet.Clear();
            packet.set_type(Packet::PACKET_FIN);
            return write(packet.SerializeAsString());
        }
    }
    throw GrpcError(StatusCode::cancelled, "the receiver ended the transfer early");
}

void FileSender::queue(std::uint32_t id) {
    if (!files_.claim(id))
        throw Error(fmt::format("invalid file id {}", id));
    std::lock_guard lock(mutex_);
    asked_.push_back(id);
    if (idle_ < asked_.size() && senders_.size() < most_senders)
        senders_.emplace_back([this] { guarded([this] { send_files(); }); });
    changed_.notify_one();
}

std::optional<std::uint32_t> FileSender::next() {
    std::unique_lock lock(mutex_);
    ++idle_;
    changed_.wait(lock, [this] { return failed_ || all_asked_ || !asked_.empty(); });
    --idle_;
    if (failed_ || asked_.empty())
        return std::nullopt;
    auto id = asked_.front();
    asked_.pop_front();
    return id;
}

void FileSender::send_files() {
    DirectoryCursor cursor(directory_.path);
    DataPacket packet(packet_size);
    while (auto id = next()) {
        auto file = files_.get(*id);
        if (!file.empty)
            send(cursor, packet, *id, file);
        write(packet.encode(*id, 0));
    }
}

void FileSender::send(DirectoryCursor &cursor, DataPacket &packet, std::uint32_t id,
                      const ListedFile &file) {
    auto fail_with = [&](int error) {
        auto path = printable((directory_.path / file.path).native());
        throw Error(error == ENOENT || error == ESTALE || error == ENOTDIR || error == ELOOP
                        ? fmt::format("{} changed while the build read it", path)
                        : fmt::format("cannot read {}: {}", path, errno_text(error)));
    };
    auto opened = open_file(cursor, file.path);
    if (!opened)
        fail_with(errno);
    while (!failed_) {
        auto count = ::read(opened.get(), packet.content(), packet.capacity());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            fail_with(errno);
        if (count == 0)
            return;
        write(packet.encode(id, static_cast<std::size_t>(count)));
    }
    throw Stopped();
}

} // namespace berth::session
