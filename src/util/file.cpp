// SPDX-License-Identifier: Apache-2.0
#include "berth/util/file.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/unfinished_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace berth {

namespace {

[[noreturn]] void fail(const char *action, const std::filesystem::path &path, int error) {
    throw Error(
        fmt::format("cannot {} {}: {}", action, printable(path.string()), errno_text(error)));
}

void make_private_directories(const std::filesystem::path &path) {
    if (path.empty() || std::filesystem::is_directory(path))
        return;
    make_private_directories(path.parent_path());
    if (::mkdir(path.c_str(), 0700) == 0)
        ::chmod(path.c_str(), 0700); // whatever the umask
    else if (errno != EEXIST)
        fail("create the directory", path, errno);
}

// Throws unless it can be read without blocking.
void check_regular(int file, const std::filesystem::path &path) {
    struct stat status = {};
    const char *kind = ::fstat(file, &status) != 0 ? nullptr
                       : S_ISFIFO(status.st_mode)  ? "a FIFO"
                       : S_ISSOCK(status.st_mode)  ? "a socket"
                       : S_ISBLK(status.st_mode)   ? "a block device"
                                                   : nullptr;
    if (kind != nullptr)
        throw Error(fmt::format("cannot read {}: it is {}", printable(path.string()), kind),
                    ExitCode::failure, "put a regular file in its place");
}

} // namespace

std::optional<std::string> read_file_if_exists(const std::filesystem::path &path, std::size_t limit,
                                               Special special) {
    // Opening a FIFO without a writer would block.
    int wait = special == Special::read ? 0 : O_NONBLOCK;
    FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | wait));
    if (!file) {
        if (errno == ENOENT || errno == ENOTDIR)
            return std::nullopt;
        fail("read", path, errno);
    }
    if (special == Special::refuse)
        check_regular(file.get(), path);
    std::string content;
    struct stat status = {};
    if (::fstat(file.get(), &status) == 0 && status.st_size > 0)
        content.reserve(std::min(static_cast<std::size_t>(status.st_size), limit) + 1);
    char buffer[65536];
    for (;;) {
        auto count = ::read(file.get(), buffer, sizeof buffer);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            fail("read", path, errno);
        if (count == 0)
            return content;
        content.append(buffer, static_cast<std::size_t>(count));
        if (content.size() > limit)
            throw Error(fmt::format("cannot read {}: larger than {} bytes",
                                    printable(path.string()), limit));
    }
}

std::string read_file(const std::filesystem::path &path, std::size_t limit, Special special) {
    auto content = read_file_if_exists(path, limit, special);
    if (!content)
        fail("read", path, ENOENT);
    return *std::move(content);
}

void write_file_atomically(const std::filesystem::path &path, std::string_view content,
                           unsigned mode, const std::filesystem::path &temporary_directory) {
    make_private_directories(path.parent_path());
    auto temporary = (temporary_directory.empty() ? path.parent_path() : temporary_directory) /
                     unfinished_name();
    UnfinishedFile file(temporary, mode);
    if (!file || ::fchmod(file.get(), mode) != 0 || // whatever the umask
        !file.write(content) || !file.move_to(path))
        fail("write", path, errno);
}

ScratchFolder::ScratchFolder(std::string_view purpose)
    : path_(std::filesystem::temp_directory_path() /
            fmt::format("berth-{}-{}", purpose, random_hex(16))) {
    if (::mkdir(path_.c_str(), 0700) != 0 || ::chmod(path_.c_str(), 0700) != 0)
        throw Error(fmt::format("cannot create the directory {}: {}", printable(path_.string()),
                                errno_text(errno)),
                    ExitCode::failure, "set TMPDIR to a writable directory");
}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string errno_text(int error) {
    return std::generic_category().message(error);
}

FileDescriptor &FileDescriptor::operator=(FileDescriptor &&other) noexcept {
    if (this != &other) {
        close();
        fd_ = other.release();
    }
    return *this;
}

int FileDescriptor::release() {
    return std::exchange(fd_, -1);
}

void FileDescriptor::close() {
    if (fd_ >= 0)
        ::close(std::exchange(fd_, -1));
}

} // namespace berth
