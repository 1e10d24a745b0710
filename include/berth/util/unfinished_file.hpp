// SPDX-License-Identifier: Apache-2.0
// A file that gets its name once it is complete.
#pragma once

#include "berth/util/file.hpp"

#include <fcntl.h>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace berth {

// How temporary names begin in a directory of the user's.
inline constexpr std::string_view unfinished_prefix = ".berth-tmp-";
// An unused name that begins so.
std::string unfinished_name();

// Until it is moved to its place the file has no name (O_TMPFILE), so that nothing of it is left if
// this process is killed. Where the system, the file system or a missing /proc does not allow that,
// it has a temporary name. Functions that return false set errno.
class UnfinishedFile {
  public:
    UnfinishedFile() = default;
    // Creates it, for writing and reading, in the directory of `temporary`, an unused path.
    // Relative paths begin at the directory `at`, which has to stay open. If this fails it is
    // empty, with errno set.
    UnfinishedFile(std::filesystem::path temporary, mode_t mode, int at = AT_FDCWD);
    UnfinishedFile(UnfinishedFile &&other) noexcept;
    UnfinishedFile &operator=(UnfinishedFile &&other) noexcept;
    ~UnfinishedFile(); // removes it unless it was moved

    explicit operator bool() const { return static_cast<bool>(file_); }
    int get() const { return file_.get(); }

    bool write(std::string_view bytes);
    // Gives it its temporary name.
    bool show();
    // Replaces a file of that name. May be called again after a failure.
    bool move_to(const std::filesystem::path &path);
    // Errors of earlier writes may show only now, on a network file system or by a quota.
    bool close();

  private:
    bool open_nameless(mode_t mode);
    bool link(const std::filesystem::path &path) const;

    FileDescriptor file_;
    std::filesystem::path temporary_;
    int at_ = AT_FDCWD;
    bool visible_ = false; // under its temporary name
};

} // namespace berth
