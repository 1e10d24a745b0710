// SPDX-License-Identifier: Apache-2.0
#include "berth/util/output_file.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "destination.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

namespace berth {
namespace {

namespace fs = std::filesystem;
using Kind = Destination::Kind;

constexpr std::chrono::seconds fifo_wait{30};
constexpr std::chrono::milliseconds fifo_pause{10};

constexpr int is_socket = -1; // distinct from the values of errno

std::string reason(int error) {
    return error == is_socket ? "it is a socket" : errno_text(error);
}

[[noreturn]] void cannot_write(const fs::path &path, std::string_view reason) {
    throw Error(fmt::format("cannot write {}: {}", printable(path.string()), reason));
}

// Why the target can never be written, regardless of access rights; 0 if it can.
int why_not_writable(const Destination &target) {
    switch (target.kind) {
    case Kind::broken:
        return target.error;
    case Kind::directory:
        return EISDIR;
    case Kind::socket:
        return is_socket;
    default:
        return 0;
    }
}

int why_no_access(const Destination &target) {
    auto may_write = [&] {
        return ::faccessat(AT_FDCWD, target.path.c_str(), W_OK, AT_EACCESS) == 0;
    };
    switch (target.kind) {
    case Kind::missing:
        return why_not_creatable(target.path);
    case Kind::regular:
        return why_not_replaceable(target) == 0 || may_write() ? 0 : errno;
    case Kind::fifo:
    case Kind::special:
        return may_write() ? 0 : errno;
    default:
        return why_not_writable(target);
    }
}

// May fail harmlessly: a file of another user then becomes this user's.
void keep_owner(int fd, const struct stat &status) {
    if (::fchown(fd, status.st_uid, status.st_gid) != 0)
        (void)::fchown(fd, static_cast<uid_t>(-1), status.st_gid);
}

} // namespace

OutputFile::OutputFile(fs::path path, GivenUp given_up)
    : path_(std::move(path)), given_up_(std::move(given_up)) {
    auto target = find_destination(path_);
    target_ = target.path;
    if (int error = why_not_writable(target))
        fail(error);
    if (target.kind == Kind::descriptor)
        open_descriptor(target.descriptor);
    else if (target.kind == Kind::fifo || target.kind == Kind::special)
        open_special(target.kind == Kind::fifo);
    else if (target.kind == Kind::regular && why_not_replaceable(target) != 0)
        open_in_place();
    else
        open_beside();
}

void OutputFile::fail(int error) const {
    if (error == ECANCELED)
        throw Error("cancelled", ExitCode::cancelled);
    cannot_write(path_, reason(error));
}

void OutputFile::open_beside() {
    auto directory = target_.has_parent_path() ? target_.parent_path() : fs::path(".");
    if (!make_directories(directory))
        fail(errno);
    struct stat status;
    bool exists = ::stat(target_.c_str(), &status) == 0;
    // Never more accessible to others than the final file.
    auto mode = exists ? status.st_mode & 0700u : 0666u;
    beside_ = UnfinishedFile(directory / unfinished_name(), mode);
    if (!beside_)
        fail(errno);
    if (!exists)
        return;
    keep_owner(beside_.get(), status);
    if (::fchmod(beside_.get(), status.st_mode & 07777u) != 0)
        fail(errno);
}

void OutputFile::open_in_place() {
    file_ = FileDescriptor(::open(target_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
    if (!file_)
        fail(errno);
}

void OutputFile::open_special(bool fifo) {
    // Opening a FIFO blocks until it has a reader, and could not be interrupted.
    auto give_up = std::chrono::steady_clock::now() + fifo_wait;
    for (;;) {
        file_ = FileDescriptor(
            ::open(target_.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC | (fifo ? O_NONBLOCK : 0)));
        if (file_ || !fifo || errno != ENXIO || std::chrono::steady_clock::now() > give_up)
            break;
        if (given_up_ && given_up_())
            fail(ECANCELED);
        std::this_thread::sleep_for(fifo_pause);
    }
    if (!file_ && fifo && errno == ENXIO)
        cannot_write(path_,
                     fmt::format("nothing reads this FIFO (waited {} seconds)", fifo_wait.count()));
    if (!file_)
        fail(errno);
}

void OutputFile::open_descriptor(int descriptor) {
    file_ = FileDescriptor(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
    if (!file_)
        fail(errno);
    if (auto pipe = unblocked_pipe(file_.get()))
        file_ = std::move(pipe);
}

void OutputFile::write(std::string_view bytes) {
    if (int error = write_patiently(beside_ ? beside_.get() : file_.get(), bytes, given_up_))
        fail(error);
}

void OutputFile::commit() {
    bool moved = beside_ && beside_.move_to(target_);
    if (beside_ && !moved) {
        if (errno != EBUSY && errno != EPERM && errno != EACCES)
            fail(errno);
        copy_into_place();
    }
    // Errors of earlier writes may show only now, on a network file system for example.
    if (moved ? !beside_.close() : ::close(file_.release()) != 0)
        fail(errno);
}

// A mount point cannot be replaced, nor a file with the immutable flag.
void OutputFile::copy_into_place() {
    open_in_place();
    std::string buffer(1u << 16, '\0');
    for (off_t at = 0;;) {
        auto count = ::pread(beside_.get(), buffer.data(), buffer.size(), at);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            fail(errno);
        if (count == 0)
            break;
        at += count;
        if (int error =
                write_patiently(file_.get(), {buffer.data(), static_cast<std::size_t>(count)}, {}))
            fail(error);
    }
}

void write_output_file(const fs::path &path, std::string_view content, const GivenUp &given_up) {
    OutputFile file(path, given_up);
    file.write(content);
    file.commit();
}

void check_output_file(const fs::path &path) {
    auto target = find_destination(path);
    if (int error = why_no_access(target))
        cannot_write(path, reason(error));
}

void check_output_directory(const fs::path &path) {
    struct stat status;
    int error = 0;
    if (::stat(path.c_str(), &status) != 0)
        error = errno == ENOENT ? why_not_creatable(path.lexically_normal()) : errno;
    else if (!S_ISDIR(status.st_mode))
        error = ENOTDIR;
    else if (::faccessat(AT_FDCWD, path.c_str(), W_OK | X_OK, AT_EACCESS) != 0)
        error = errno;
    if (error != 0)
        throw Error(fmt::format("cannot write to the directory {}: {}", printable(path.string()),
                                errno_text(error)));
}

bool make_directories(const fs::path &path) {
    struct stat status;
    if (path.empty() || ::stat(path.c_str(), &status) == 0) {
        if (path.empty() || S_ISDIR(status.st_mode))
            return true;
        errno = ENOTDIR;
        return false;
    }
    if (errno != ENOENT)
        return false;
    std::error_code no_link;
    if (auto target = fs::read_symlink(path, no_link); !no_link) // its target does not exist
        return make_directories(path.parent_path() / target);
    if (path.has_relative_path() && path.parent_path() != path &&
        !make_directories(path.parent_path()))
        return false;
    return ::mkdir(path.c_str(), 0777) == 0 || errno == EEXIST;
}

} // namespace berth
