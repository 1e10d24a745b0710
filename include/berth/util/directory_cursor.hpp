// SPDX-License-Identifier: Apache-2.0
// Opens the directories of a tree one after the other without ever following a symlink.
#pragma once

#include "berth/util/file.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

// Holds the directories on the way from the root to where it was last open, so that going through a
// tree in its order costs one openat per directory. Trees may be deeper than the limit of open
// files and paths longer than PATH_MAX.
class DirectoryCursor {
  public:
    // Throws Error naming `root` when it cannot be opened or is no directory.
    explicit DirectoryCursor(const std::filesystem::path &root);
    explicit DirectoryCursor(FileDescriptor root) : root_(std::move(root)) {}

    // The descriptor of a directory, "" being the root; it belongs to the cursor and is good until
    // the next call. -1 with errno set when it cannot be opened: ENOTDIR or ELOOP for a symlink.
    int open(std::string_view folder);

  private:
    struct Level {
        std::string name;
        FileDescriptor fd; // closed in a deep tree, to be opened again when it is needed
    };
    int reach(std::string_view folder);

    FileDescriptor root_;
    std::vector<Level> levels_;
    std::string path_; // where it is, and its descriptor if that could be opened
    int fd_ = -1;
};

} // namespace berth
