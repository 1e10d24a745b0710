// SPDX-License-Identifier: Apache-2.0
#include "berth/util/unfinished_file.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/patient_write.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <unistd.h>
#include <utility>

namespace berth {
namespace {

// By which linkat() finds a file without a name.
std::string link_to(int fd) {
    return fmt::format("/proc/self/fd/{}", fd);
}

} // namespace

std::string unfinished_name() {
    return std::string(unfinished_prefix) + random_hex(16);
}

UnfinishedFile::UnfinishedFile(std::filesystem::path temporary, mode_t mode, int at)
    : temporary_(std::move(temporary)), at_(at) {
    if (open_nameless(mode))
        return;
    file_ = FileDescriptor(::openat(at_, temporary_.c_str(),
                                    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    visible_ = static_cast<bool>(file_);
}

UnfinishedFile::UnfinishedFile(UnfinishedFile &&other) noexcept
    : file_(std::move(other.file_)),
      temporary_(std::move(other.temporary_)),
      at_(other.at_),
      visible_(std::exchange(other.visible_, false)) {}

UnfinishedFile &UnfinishedFile::operator=(UnfinishedFile &&other) noexcept {
    std::swap(file_, other.file_);
    std::swap(temporary_, other.temporary_);
    std::swap(at_, other.at_);
    std::swap(visible_, other.visible_);
    return *this;
}

UnfinishedFile::~UnfinishedFile() {
    if (visible_)
        ::unlinkat(at_, temporary_.c_str(), 0);
}

bool UnfinishedFile::open_nameless([[maybe_unused]] mode_t mode) {
#ifdef O_TMPFILE
    auto directory = temporary_.has_parent_path() ? temporary_.parent_path() : ".";
    FileDescriptor file(::openat(at_, directory.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, mode));
    if (file && ::access(link_to(file.get()).c_str(), F_OK) == 0)
        file_ = std::move(file);
#endif
    return static_cast<bool>(file_);
}

bool UnfinishedFile::write(std::string_view bytes) {
    int error = write_patiently(file_.get(), bytes, {});
    errno = error;
    return error == 0;
}

bool UnfinishedFile::link(const std::filesystem::path &path) const {
    return ::linkat(AT_FDCWD, link_to(file_.get()).c_str(), at_, path.c_str(), AT_SYMLINK_FOLLOW) ==
           0;
}

bool UnfinishedFile::show() {
    visible_ = visible_ || link(temporary_);
    return visible_;
}

bool UnfinishedFile::move_to(const std::filesystem::path &path) {
    if (!visible_) {
        if (link(path))
            return true;
        if (errno != EEXIST)
            return false;
    }
    if (!show() || ::renameat(at_, temporary_.c_str(), at_, path.c_str()) != 0)
        return false;
    visible_ = false;
    return true;
}

bool UnfinishedFile::close() {
    return ::close(file_.release()) == 0;
}

} // namespace berth
