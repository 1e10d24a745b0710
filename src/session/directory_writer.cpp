// SPDX-License-Identifier: Apache-2.0
#include "directory_writer.hpp"

#include "berth/util/error.hpp"
#include "berth/util/output_file.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"

#include "file_mode.hpp"
#include "file_times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/sysmacros.h>
#endif

namespace berth::session {
namespace {

FileDescriptor open_root(const std::filesystem::path &root) {
    make_directories(root); // opening it reports an error
    FileDescriptor fd(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd)
        throw Error(fmt::format("cannot write to the directory {}: {}", printable(root.native()),
                                errno_text(errno)));
    return fd;
}

bool is_inside(const std::string &path) {
    return !path.empty() && path.find('\0') == std::string::npos && clean_path(path) == path &&
           path != "." && path != ".." && !path.starts_with("../") && !path.starts_with('/');
}

bool is_hard_link(const NewFile &file) {
    return has_content(file.go_mode) && !file.link.empty();
}

} // namespace

DirectoryWriter::DirectoryWriter(const OutputDirectory &directory)
    : target_(directory), cursor_(open_root(directory.path)), levels_(1) {}

void DirectoryWriter::fail(const char *what, std::string_view path) const {
    auto error = errno;
    throw Error(fmt::format("cannot {} {}: {}", what, printable((target_.path / path).native()),
                            errno_text(error)));
}

void DirectoryWriter::check(const NewFile &file) {
    auto refuse = [&](std::string_view why) {
        throw Error(fmt::format("refused to write {} below {}: {}", printable(file.path),
                                printable(target_.path.native()), why));
    };
    if (!is_inside(file.path))
        refuse("its path points outside");
    if (file.link.find('\0') != std::string::npos)
        refuse("its target is not a path");
    if (!last_.empty() && compare_paths(last_, file.path) >= 0)
        refuse(fmt::format("it follows {}, out of order", printable(last_)));
    if (is_hard_link(file) && (!is_inside(file.link) || compare_paths(file.link, file.path) >= 0))
        refuse(fmt::format("it is a hard link to {}", printable(file.link)));
    last_ = file.path;
    while (levels_.size() > 1 && levels_.back().path != parent_of(file.path))
        leave();
    if (levels_.back().path != parent_of(file.path))
        refuse("its directory was not sent");
    if (target_.remove_others)
        levels_.back().names.emplace(name_of(file.path));
    if (file.go_mode & go_directory)
        levels_.push_back({.path = file.path, .names = {}});
}

int DirectoryWriter::open(std::string_view directory) {
    int fd = cursor_.open(directory);
    if (fd < 0)
        fail("open the directory", directory);
    return fd;
}

void DirectoryWriter::make(const NewFile &file) {
    if (file.go_mode & go_directory)
        make_directory(file);
    else if (is_hard_link(file))
        links_.push_back(file); // its target may still arrive
    else
        make_other(file);
}

void DirectoryWriter::make_directory(const NewFile &file) {
    int fd = open(parent_of(file.path));
    std::string name(name_of(file.path));
    for (bool again = false;; again = true) {
        struct stat status;
        bool there = ::fstatat(fd, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
        if (there && S_ISDIR(status.st_mode)) {
            // An earlier output may have made it read-only; its mode is set last.
            if ((status.st_mode & 0700) != 0700)
                ::fchmodat(fd, name.c_str(), (status.st_mode & 07777) | 0700, 0);
            break;
        }
        if (there && !remove_tree(fd, name))
            fail("replace", file.path);
        if (::mkdirat(fd, name.c_str(), 0700) == 0 &&
            ::fchmodat(fd, name.c_str(), 0700, 0) == 0) // whatever the umask
            break;
        if (errno != EEXIST || again) // by another output into the same directory, meanwhile
            fail("create the directory", file.path);
    }
    directories_.push_back(file);
}

void DirectoryWriter::make_other(const NewFile &file) {
    int fd = open(parent_of(file.path));
    auto temporary = unfinished_name();
    bool is_link = file.go_mode & go_symlink;
    int made = -1;
    errno = EINVAL; // an unknown type
    if (is_link)
        made = ::symlinkat(file.link.c_str(), fd, temporary.c_str());
    else if (file.go_mode & go_pipe)
        made = ::mkfifoat(fd, temporary.c_str(), 0600);
    else if (file.go_mode & go_device)
        made = ::mknodat(fd, temporary.c_str(),
                         0600u | (file.go_mode & go_character ? S_IFCHR : S_IFBLK),
                         ::makedev(static_cast<unsigned>(file.device_major),
                                   static_cast<unsigned>(file.device_minor)));
    if (made != 0)
        fail(is_link ? "create the symlink" : "create the device or pipe", file.path);
    timespec times[2] = {to_timespec(file.modified_ns), to_timespec(file.modified_ns)};
    bool done =
        ::fchownat(fd, temporary.c_str(), ::getuid(), ::getgid(), AT_SYMLINK_NOFOLLOW) == 0 &&
        (is_link || ::fchmodat(fd, temporary.c_str(), permissions(file.go_mode), 0) == 0) &&
        ::utimensat(fd, temporary.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0 &&
        replace(fd, temporary, std::string(name_of(file.path)));
    if (done)
        return;
    auto error = errno;
    ::unlinkat(fd, temporary.c_str(), 0);
    errno = error;
    fail("make", file.path);
}

PendingFile DirectoryWriter::open_file(const NewFile &file) {
    return {open(parent_of(file.path)), file, target_.path};
}

void DirectoryWriter::make_link(const NewFile &file) {
    FileDescriptor from(::fcntl(open(parent_of(file.link)), F_DUPFD_CLOEXEC, 0));
    std::string first(name_of(file.link));
    struct stat status;
    int fd = open(parent_of(file.path));
    auto temporary = unfinished_name();
    if (::fstatat(from.get(), first.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        ::linkat(from.get(), first.c_str(), fd, temporary.c_str(), 0) != 0)
        fail("create the hard link", file.path);
    bool done = replace(fd, temporary, std::string(name_of(file.path)));
    auto error = errno;
    ::unlinkat(fd, temporary.c_str(), 0); // remains if both were already the same file
    errno = error;
    if (!done)
        fail("create the hard link", file.path);
}

void DirectoryWriter::leave() {
    auto level = std::move(levels_.back());
    levels_.pop_back();
    if (!target_.remove_others)
        return;
    int fd = open(level.path);
    for (const auto &name : names_in(fd))
        if (!level.names.contains(name) && !name.starts_with(unfinished_prefix) &&
            !remove_tree(fd, name))
            fail("remove", (std::filesystem::path(level.path) / name).native());
}

void DirectoryWriter::finish() {
    for (const auto &link : links_)
        make_link(link);
    while (!levels_.empty())
        leave();
    // From the inside out: creating and removing files changes a directory's time.
    for (auto each = directories_.rbegin(); each != directories_.rend(); ++each)
        if (!set_attributes(open(each->path), *each))
            fail("set the mode and time of", each->path);
}

} // namespace berth::session
