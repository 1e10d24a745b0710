// SPDX-License-Identifier: Apache-2.0
// Writes files below a directory and nowhere else: every directory on the way is opened without
// following symlinks.
#pragma once

#include "berth/session/file_send.hpp"
#include "berth/util/directory_cursor.hpp"

#include "pending_file.hpp"

#include <set>
#include <string>
#include <vector>

namespace berth::session {

class DirectoryWriter {
  public:
    // Creates the directory. Throws Error naming it.
    explicit DirectoryWriter(const OutputDirectory &directory);

    // Checks each file that the sender lists. Throws Error for a path that is not clean, leads
    // outside, is out of order, or whose directory was not listed.
    void check(const NewFile &file);
    // Creates an entry without content: now, or in finish() for a hard link.
    void make(const NewFile &file);
    PendingFile open_file(const NewFile &file);
    // After all files: creates hard links, sets modes and times of directories, and removes other
    // files.
    void finish();

  private:
    struct Level { // a directory on the current path of the list
        std::string path;
        std::set<std::string> names; // its listed entries, for remove_others
    };

    int open(std::string_view directory);
    void make_directory(const NewFile &file);
    void make_other(const NewFile &file);
    void make_link(const NewFile &file);
    void leave(); // the last of levels_
    [[noreturn]] void fail(const char *what, std::string_view path) const;

    const OutputDirectory &target_;
    DirectoryCursor cursor_;
    std::vector<Level> levels_;
    std::string last_;                 // path listed before
    std::vector<NewFile> directories_; // whose modes and times are set last
    std::vector<NewFile> links_;
};

} // namespace berth::session
