// SPDX-License-Identifier: Apache-2.0
#include "pending_file.hpp"

#include "berth/util/encoding.hpp"
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

std::string temporary_name() {
    return std::string(temporary_prefix) + random_hex(16);
}

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
      name_(name_of(file.path)),
      temporary_(temporary_name()),
      path_(root / file.path),
      attributes_(file) {
    file_ = FileDescriptor(::openat(directory_.get(), temporary_.c_str(),
                                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file_)
        fail("make");
}

PendingFile::~PendingFile() {
    if (file_)
        ::unlinkat(directory_.get(), temporary_.c_str(), 0);
}

void PendingFile::fail(const char *what) const {
    auto error = errno;
    throw Error(
        fmt::format("cannot {} {}: {}", what, printable(path_.native()), errno_text(error)));
}

void PendingFile::write(std::string_view bytes) {
    while (!bytes.empty()) {
        auto count = ::write(file_.get(), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            fail("write");
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void PendingFile::finish() {
    if (!set_attributes(file_.get(), attributes_))
        fail("set the mode and time of");
    if (!replace(directory_.get(), temporary_, name_))
        fail("replace");
    // Network and quota errors of earlier writes may show only now.
    if (::close(file_.release()) != 0)
        fail("write");
}

bool replace(int directory, const std::string &temporary, const std::string &name) {
    if (::renameat(directory, temporary.c_str(), directory, name.c_str()) == 0)
        return true;
    if (errno != EISDIR && errno != ENOTDIR && errno != ENOTEMPTY && errno != EEXIST)
        return false;
    return remove_tree(directory, name) &&
           ::renameat(directory, temporary.c_str(), directory, name.c_str()) == 0;
}

} // namespace berth::session
