// SPDX-License-Identifier: Apache-2.0
// A file whose content is arriving, and its final attributes.
#pragma once

#include "berth/util/file.hpp"
#include "berth/util/unfinished_file.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace berth::session {

// A file in the sender's list.
struct NewFile {
    std::string path;          // relative, clean
    std::uint32_t go_mode = 0; // file_mode.hpp
    std::int64_t modified_ns = 0;
    std::string link = {}; // the target of a symlink, or the first name of a hard link
    std::int64_t device_major = 0, device_minor = 0;
    std::map<std::string, std::string> xattrs = {};
};

// Replaces the file of that name once all content has arrived; without finish() nothing is left of
// what arrived. A failure is an Error that names the file.
class PendingFile {
  public:
    // Below `directory`, whose descriptor it copies; `root` is for messages.
    PendingFile(int directory, const NewFile &file, const std::filesystem::path &root);

    void write(std::string_view bytes);
    void finish();

  private:
    [[noreturn]] void fail(const char *what) const;

    FileDescriptor directory_; // open as long as file_
    UnfinishedFile file_;
    std::string name_;
    std::filesystem::path path_;
    NewFile attributes_;
};

// Sets owner (the caller), mode, extended attributes and time.
bool set_attributes(int fd, const NewFile &file);

// Renames over any existing entry, including a directory with its contents. False with errno set.
bool replace(int directory, const std::string &temporary, const std::string &name);
// All names in a directory but . and .., in any order. Takes a copy of the descriptor.
std::vector<std::string> names_in(int directory);
// Removes a directory with its contents. False with errno set; a missing directory is not an error.
bool remove_tree(int directory, const std::string &name);

} // namespace berth::session
