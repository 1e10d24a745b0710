// The tar stream of a context, made while it is read. The builder unpacks it with busybox: GNU
// tar's format is what that understands of long names and big sizes (it passes over pax headers),
// and it keeps whole seconds.
#include "berth/build/context_tree.hpp"
#include "berth/build/directory_cursor.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace berth::build {
namespace {

constexpr const char *build_again = "a file changed while it was sent: build again";

std::int64_t floor_seconds(std::int64_t ns) {
    constexpr std::int64_t second = 1'000'000'000;
    return ns / second - (ns % second < 0);
}

mode_t file_type(Entry::Type type) {
    switch (type) {
    case Entry::Type::directory:
        return AE_IFDIR;
    case Entry::Type::symlink:
        return AE_IFLNK;
    case Entry::Type::fifo:
        return AE_IFIFO;
    case Entry::Type::character:
        return AE_IFCHR;
    case Entry::Type::block:
        return AE_IFBLK;
    default:
        return AE_IFREG;
    }
}

} // namespace

struct TreeArchive::State {
    State(std::filesystem::path root_, const Manifest &manifest_, std::vector<std::size_t> send_)
        : root(std::move(root_)),
          entries(manifest_.entries),
          send(std::move(send_)),
          cursor(root),
          archive(archive_write_new(), archive_write_free),
          entry(archive_entry_new(), archive_entry_free) {
        // A folder's time is right only when it is set after all that is made in it.
        for (auto i = send.size(); i-- > 0;)
            if (entries.at(send[i]).type == Entry::Type::directory)
                send.push_back(send[i]);
        check(archive_write_set_format_gnutar(archive.get()));
        check(
            archive_write_set_bytes_per_block(archive.get(), 0)); // unbuffered: straight to take()
        check(archive_write_open(archive.get(), this, nullptr, &State::take, nullptr));
    }

    void check(int result) {
        if (result == ARCHIVE_FATAL || result == ARCHIVE_FAILED)
            throw Error(fmt::format("cannot write the build context as a tar stream: {}",
                                    printable(archive_error_string(archive.get()))));
    }

    [[noreturn]] void fail(const Entry &of, std::string_view what, const char *hint) const {
        throw Error(fmt::format("cannot send {}: {}", printable((root / of.path).native()), what),
                    ExitCode::failure, hint);
    }

    // Where libarchive's output goes: what was read in place already, to the reader's buffer, to
    // `pending` when that is full.
    static la_ssize_t take(struct archive *, void *self, const void *data, std::size_t size) {
        auto &state = *static_cast<State *>(self);
        std::string_view bytes(static_cast<const char *>(data), size);
        if (state.pending.empty()) {
            auto fits = std::min(size, state.space);
            if (state.out != bytes.data())
                std::memcpy(state.out, bytes.data(), fits);
            state.out += fits;
            state.space -= fits;
            bytes.remove_prefix(fits);
        }
        state.pending += bytes;
        return static_cast<la_ssize_t>(size);
    }

    void drain() {
        auto count = std::min(space, pending.size() - pending_at);
        std::memcpy(out, pending.data() + pending_at, count);
        out += count;
        space -= count;
        pending_at += count;
        if (pending_at == pending.size()) {
            pending.clear();
            pending_at = 0;
        }
    }

    // A piece of the open file, read to where it goes out.
    void send_content() {
        auto want = static_cast<std::size_t>(std::min<std::uint64_t>(space, left));
        auto got = ::read(file.get(), out, want);
        if (got < 0 && errno == EINTR)
            return;
        if (got < 0)
            fail(*current, errno_text(errno), "");
        if (got == 0)
            fail(*current, "it became shorter", build_again);
        left -= static_cast<std::uint64_t>(got);
        sent += static_cast<std::uint64_t>(got);
        check(static_cast<int>(std::min<la_ssize_t>(
            0, archive_write_data(archive.get(), out, static_cast<std::size_t>(got)))));
        if (left == 0) {
            file.close();
            check(archive_write_finish_entry(archive.get()));
        }
    }

    void open_file() {
        int folder = cursor.open(parent_of(current->path));
        // Without O_NONBLOCK, a named pipe that took the file's place would block.
        if (folder >= 0)
            file = FileDescriptor(::openat(folder, std::string(name_of(current->path)).c_str(),
                                           O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
        if (folder >= 0 && file)
            return;
        bool gone = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
        fail(*current, errno_text(errno),
             gone ? build_again : "make it readable, or leave it out by .dockerignore");
    }

    void begin_entry() {
        current = &entries[send[next++]];
        auto *e = archive_entry_clear(entry.get());
        archive_entry_copy_pathname(e, current->path.c_str());
        archive_entry_set_filetype(e, file_type(current->type));
        archive_entry_set_perm(e, current->mode);
        archive_entry_set_mtime(e, floor_seconds(current->mtime_ns), 0);
        archive_entry_set_uid(e, 0);
        archive_entry_set_gid(e, 0);
        archive_entry_set_size(e, 0);
        if (current->hard_link)
            archive_entry_copy_hardlink(e, current->link_target.c_str());
        else if (current->type == Entry::Type::symlink)
            archive_entry_copy_symlink(e, current->link_target.c_str());
        else if (current->type == Entry::Type::character || current->type == Entry::Type::block)
            archive_entry_set_rdev(e, current->device);
        else if (current->type == Entry::Type::file && current->size > 0) {
            open_file();
            left = current->size;
            archive_entry_set_size(e, static_cast<la_int64_t>(left));
        }
        check(archive_write_header(archive.get(), e));
    }

    std::filesystem::path root;
    const std::vector<Entry> &entries;
    std::vector<std::size_t> send;
    std::size_t next = 0;
    DirectoryCursor cursor;
    std::unique_ptr<struct archive, int (*)(struct archive *)> archive;
    std::unique_ptr<archive_entry, void (*)(archive_entry *)> entry;
    bool closed = false;

    const Entry *current = nullptr;
    FileDescriptor file;
    std::uint64_t left = 0; // of the open file
    std::uint64_t sent = 0;

    char *out = nullptr; // of the buffer to fill
    std::size_t space = 0;
    std::string pending; // what did not fit
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
        } else if (state.next < state.send.size()) {
            state.begin_entry();
        } else if (!state.closed) {
            state.closed = true;
            state.check(archive_write_close(state.archive.get()));
        } else {
            break;
        }
    }
    return size - state.space;
}

std::uint64_t TreeArchive::content_bytes() const {
    return state_->sent;
}

} // namespace berth::build
