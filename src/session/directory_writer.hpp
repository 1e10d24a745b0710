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
    // Makes the directory. Throws Error naming it.
    explicit DirectoryWriter(const OutputDirectory &directory);

    // Each file that the sender lists comes here first. Throws Error for a path that is not clean,
    // leads out, is out of order, or whose directory was not listed.
    void check(const NewFile &file);
    // Makes what has no content: now, or in finish() if it is a hard link.
    void make(const NewFile &file);
    PendingFile open_file(const NewFile &file);
    // All files are there: hard links, the modes and times of directories, removal of the others.
    void finish();

  private:
    struct Level { // a directory that the list is in
        std::string path;
        std::set<std::string> names; // what it is to hold, for remove_others
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
    std::string last_;                 // path that was listed
    std::vector<NewFile> directories_; // whose modes and times are set last
    std::vector<NewFile> links_;
};

} // namespace berth::session
