// SPDX-License-Identifier: Apache-2.0
#include "destination.hpp"

#include "berth/util/strings.hpp"

#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <optional>
#include <unistd.h>

namespace berth {
namespace {

namespace fs = std::filesystem;

constexpr int most_links = 40; // like Linux

// N of /proc/PID/fd/N for this process.
std::optional<int> own_descriptor(const fs::path &directory, const std::string &name) {
    std::error_code ignored;
    auto number = parse_integer(name);
    if (!number || *number < 0 || *number > 1 << 20 ||
        (directory != fs::canonical("/proc/self/fd", ignored) && directory != "/dev/fd"))
        return std::nullopt;
    return static_cast<int>(*number);
}

fs::path parent_directory(const fs::path &path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

Destination::Kind kind_of(const struct stat &status) {
    using Kind = Destination::Kind;
    return S_ISREG(status.st_mode)    ? Kind::regular
           : S_ISFIFO(status.st_mode) ? Kind::fifo
           : S_ISDIR(status.st_mode)  ? Kind::directory
           : S_ISSOCK(status.st_mode) ? Kind::socket
                                      : Kind::special;
}

// The user cannot mean a descriptor that this process opened itself (they are all close-on-exec).
Destination descriptor_target(int descriptor, fs::path path) {
    Destination target{
        .kind = Destination::Kind::descriptor, .path = std::move(path), .descriptor = descriptor};
    int flags = ::fcntl(descriptor, F_GETFD), access = ::fcntl(descriptor, F_GETFL);
    if (flags < 0 || (flags & FD_CLOEXEC) != 0 || (access & O_ACCMODE) == O_RDONLY) {
        target.kind = Destination::Kind::broken;
        target.error = EBADF;
    }
    return target;
}

Destination broken(fs::path path, int error) {
    return {.kind = Destination::Kind::broken, .path = std::move(path), .error = error};
}

} // namespace

Destination find_destination(const fs::path &given) {
    auto path = given;
    if (path.empty())
        return broken(path, ENOENT);
    for (int links = 0; links < most_links; ++links) {
        std::error_code missing;
        auto name = path.filename().string();
        auto directory = fs::canonical(parent_directory(path), missing);
        if (auto descriptor = missing ? std::nullopt : own_descriptor(directory, name))
            return descriptor_target(*descriptor, path);
        Destination target{.kind = Destination::Kind::missing, .path = path};
        if (::lstat(path.c_str(), &target.status) != 0) {
            if (name.empty() || name == "." || name == "..")
                return broken(path, EISDIR); // a trailing slash means a directory
            return errno == ENOENT ? target : broken(path, errno);
        }
        if (!S_ISLNK(target.status.st_mode)) {
            target.kind = kind_of(target.status);
            return target;
        }
        auto next = fs::read_symlink(path, missing);
        if (missing)
            return broken(path, missing.value());
        path = next.is_absolute() ? next : parent_directory(path) / next;
    }
    return broken(path, ELOOP);
}

int why_not_creatable(const fs::path &path) {
    for (auto directory = parent_directory(path);; directory = parent_directory(directory)) {
        struct stat status;
        if (::stat(directory.c_str(), &status) == 0)
            return !S_ISDIR(status.st_mode) ? ENOTDIR
                   : ::faccessat(AT_FDCWD, directory.c_str(), W_OK | X_OK, AT_EACCESS) == 0 ? 0
                                                                                            : errno;
        if (errno != ENOENT || directory == directory.root_path() || directory == ".")
            return errno;
    }
}

int why_not_replaceable(const Destination &target) {
    if (int error = why_not_creatable(target.path))
        return error;
    struct stat directory;
    if (::stat(parent_directory(target.path).c_str(), &directory) != 0)
        return errno;
    auto user = ::geteuid();
    bool sticky = (directory.st_mode & S_ISVTX) != 0;
    return sticky && user != 0 && user != directory.st_uid && user != target.status.st_uid ? EPERM
                                                                                           : 0;
}

} // namespace berth
