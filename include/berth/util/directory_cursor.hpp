// SPDX-License-Identifier: Apache-2.0
// Opens the directories of a tree one after the other without ever following a symlink.
#pragma once

#include "berth/util/file.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

// Keeps the directories from the root to the last opened one, so that walking a tree in order costs
// one openat per directory. Trees may be deeper than the limit of open files and paths longer than
// PATH_MAX.
class DirectoryCursor {
  public:
    // Throws Error naming `root` if it cannot be opened or is not a directory.
    explicit DirectoryCursor(const std::filesystem::path &root);
    explicit DirectoryCursor(FileDescriptor root) : root_(std::move(root)) {}

    // The descriptor of a directory ("" is the root); it belongs to the cursor and is valid until
    // the next call. -1, with errno set, if it cannot be opened: ENOTDIR or ELOOP for a symlink.
    int open(std::string_view directory);

  private:
    struct Level {
        std::string name;
        FileDescriptor fd; // may be closed in a deep tree, and reopened if needed
    };
    int reach(std::string_view directory);

    FileDescriptor root_;
    std::vector<Level> levels_;
    std::string path_; // the current directory, and its descriptor if it could be opened
    int fd_ = -1;
};

} // namespace berth
