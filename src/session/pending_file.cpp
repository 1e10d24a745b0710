// SPDX-License-Identifier: Apache-2.0
#include "pending_file.hpp"

#include "berth/util/error.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"

#include "file_mode.hpp"
#include "file_times.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/xattr.h>
#endif

namespace berth::session {

namespace {

// A directory where a file is due, or the other way round.
bool is_in_the_way(int error) {
    return error == EISDIR || error == ENOTDIR || error == ENOTEMPTY || error == EEXIST;
}

} // namespace

bool set_attributes(int fd, const NewFile &file) {
    // New files in a directory with the setgid bit get its group. Changing the owner clears setuid,
    // so the mode is set afterwards.
    if (::fchown(fd, ::getuid(), ::getgid()) != 0)
        return false;
#ifdef __linux__
    for (const auto &[key, value] : file.xattrs) // those that cannot be set are skipped
        ::fsetxattr(fd, key.c_str(), value.data(), value.size(), 0);
#endif
    timespec times[2] = {to_timespec(file.modified_ns), to_timespec(file.modified_ns)};
    return ::fchmod(fd, permissions(file.go_mode)) == 0 && ::futimens(fd, times) == 0;
}

PendingFile::PendingFile(int directory, const NewFile &file, const std::filesystem::path &root)
    : directory_(::fcntl(directory, F_DUPFD_CLOEXEC, 0)),
      file_(unfinished_name(), 0600, directory_.get()),
      name_(name_of(file.path)),
      path_(root / file.path),
      attributes_(file) {
    if (!file_)
        fail("make");
}

void PendingFile::fail(const char *what) const {
    auto error = errno;
    throw Error(
        fmt::format("cannot {} {}: {}", what, printable(path_.native()), errno_text(error)));
}

void PendingFile::write(std::string_view bytes) {
    if (!file_.write(bytes))
        fail("write");
}

void PendingFile::finish() {
    if (!set_attributes(file_.get(), attributes_))
        fail("set the mode and time of");
    bool moved =
        file_.move_to(name_) ||
        (is_in_the_way(errno) && remove_tree(directory_.get(), name_) && file_.move_to(name_));
    if (!moved)
        fail("replace");
    if (!file_.close())
        fail("write");
}

bool replace(int directory, const std::string &temporary, const std::string &name) {
    if (::renameat(directory, temporary.c_str(), directory, name.c_str()) == 0)
        return true;
    return is_in_the_way(errno) && remove_tree(directory, name) &&
           ::renameat(directory, temporary.c_str(), directory, name.c_str()) == 0;
}

} // namespace berth::session
