// SPDX-License-Identifier: Apache-2.0
// The tar stream of a context, produced while it is read. The builder unpacks it with busybox,
// which ignores pax headers and keeps whole seconds.
#include "berth/context/context_tree.hpp"
#include "berth/util/directory_cursor.hpp"
#include "berth/util/error.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/tar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <unistd.h>

namespace berth::context {
namespace {

char member_type(const Entry &entry) {
    if (entry.hard_link)
        return TarMember::hard_link;
    switch (entry.type) {
    case Entry::Type::file:
        return TarMember::file;
    case Entry::Type::symlink:
        return TarMember::symlink;
    case Entry::Type::character:
        return TarMember::character;
    case Entry::Type::block:
        return TarMember::block;
    case Entry::Type::directory:
        return TarMember::directory;
    case Entry::Type::fifo:
        break;
    }
    return TarMember::fifo;
}

constexpr const char *build_again = "a file changed while it was sent: build again";

} // namespace

struct TreeArchive::State {
    State(std::filesystem::path root_, const Manifest &manifest_, std::vector<std::size_t> send_)
        : root(std::move(root_)),
          entries(manifest_.entries),
          send(std::move(send_)),
          directories_left(send.size()),
          cursor(root) {}

    // The next entry. Directories are repeated at the end, since creating files in them changes
    // their times.
    std::optional<std::size_t> next_entry() {
        if (next < send.size())
            return send[next++];
        while (directories_left-- > 0)
            if (entries[send[directories_left]].type == Entry::Type::directory)
                return send[directories_left];
        directories_left = 0;
        return std::nullopt;
    }

    [[noreturn]] void fail(std::string_view what, const char *hint) const {
        throw Error(
            fmt::format("cannot send {}: {}", printable((root / current.path).native()), what),
            ExitCode::failure, hint);
    }

    // Writes headers and padding, as far as they fit.
    void drain() {
        auto count = std::min(space, pending.size() - pending_at);
        std::memcpy(out, pending.data() + pending_at, count);
        advance(count);
        pending_at += count;
        if (pending_at == pending.size()) {
            pending.clear();
            pending_at = 0;
        }
    }

    void advance(std::size_t count) {
        out += count;
        space -= count;
    }

    // Reads a piece of the open file directly into the output.
    void send_content() {
        auto got =
            ::read(file.get(), out, static_cast<std::size_t>(std::min<std::uint64_t>(space, left)));
        if (got < 0 && errno == EINTR)
            return;
        if (got < 0)
            fail(errno_text(errno), "");
        if (got == 0)
            fail("it became shorter", build_again);
        advance(static_cast<std::size_t>(got));
        left -= static_cast<std::uint64_t>(got);
        sent += static_cast<std::uint64_t>(got);
        if (left == 0) {
            file.close();
            pending.append(tar_padding(current.size), '\0');
        }
    }

    void open_file() {
        int directory = cursor.open(parent_of(current.path));
        // Without O_NONBLOCK, a named pipe that took the file's place would block.
        if (directory >= 0)
            file = FileDescriptor(::openat(directory, std::string(name_of(current.path)).c_str(),
                                           O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
        if (directory >= 0 && file)
            return;
        bool gone = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
        fail(errno_text(errno),
             gone ? build_again : "make it readable, or exclude it in .dockerignore");
    }

    // False at the end.
    bool begin_entry() {
        auto entry = next_entry();
        if (!entry)
            return false;
        current = entries[*entry];
        if (current.type == Entry::Type::file && !current.hard_link && current.size > 0) {
            open_file();
            left = current.size;
        }
        append_tar_header(pending, {.path = current.path,
                                    .type = member_type(current),
                                    .mode = current.mode,
                                    .size = current.size,
                                    .mtime = floor_seconds(current.mtime_ns),
                                    .link_target = current.link_target,
                                    .device = current.device});
        return true;
    }

    void end_archive() {
        append_tar_end(pending);
        ended = true;
    }

    std::filesystem::path root;
    const EntryList &entries;
    std::vector<std::size_t> send;
    std::size_t next = 0;             // of send
    std::size_t directories_left = 0; // of send, from its end
    bool ended = false;
    DirectoryCursor cursor;

    Entry current;
    FileDescriptor file;
    std::uint64_t left = 0; // of the open file
    std::uint64_t sent = 0;

    char *out = nullptr; // the free part of the output buffer
    std::size_t space = 0;
    std::string pending; // bytes to write first
    std::size_t pending_at = 0;
};

TreeArchive::TreeArchive(std::filesystem::path directory, const Manifest &manifest,
                         std::vector<std::size_t> send)
    : state_(std::make_unique<State>(std::move(directory), manifest, std::move(send))) {}

TreeArchive::~TreeArchive() = default;

std::size_t TreeArchive::read(char *buffer, std::size_t size) {
    auto &state = *state_;
    state.out = buffer;
    state.space = size;
    while (state.space > 0) {
        if (!state.pending.empty()) {
            state.drain();
        } else if (state.left > 0) {
            state.send_content();
        } else if (state.ended) {
            break;
        } else if (!state.begin_entry()) {
            state.end_archive();
        }
    }
    return size - state.space;
}

std::uint64_t TreeArchive::content_bytes() const {
    return state_->sent;
}

} // namespace berth::context
