// SPDX-License-Identifier: Apache-2.0
// The walk through a directory of a context, or a part of it: its files after the ignore rules,
// without their content.
#pragma once

#include "berth/context/context_tree.hpp"
#include "berth/util/directory_cursor.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

namespace berth::context {

// Nothing for what POSIX does not know.
std::optional<Entry::Type> type_of(mode_t mode);

// What all parts of a walk go by.
struct WalkRules {
    WalkRules(const std::filesystem::path &root, const IgnorePatterns &patterns,
              const std::vector<std::string> &always);

    const std::filesystem::path &root;
    const IgnorePatterns &patterns;
    std::set<std::string, std::less<>> always,
        on_the_way; // files, and the directories above them
};

// A file with other names, by its place in a list. Which name is the first is known when all is
// there.
struct LinkedFile {
    std::size_t at;
    dev_t device;
    ino_t inode;
};

// The names in a directory, sorted, in one piece of memory: a directory may hold a million of them.
class Names {
  public:
    // Takes a copy of `fd`. False with errno set when it cannot be read.
    bool read(int fd);
    // Null behind the last.
    const char *next() {
        return next_ == starts_.size() ? nullptr : text_.c_str() + starts_[next_++];
    }

  private:
    std::string_view at(std::size_t start) const { return text_.c_str() + start; }

    std::string text_;
    std::vector<std::size_t> starts_;
    std::size_t next_ = 0;
};

class Walk {
  public:
    // Through `folder` ("": all) below rules.root, for which that was decided.
    Walk(const WalkRules &rules, std::string folder, IgnorePatterns::Decision decision);

    // Goes to the next name; false when there is no more. Throws Error naming what cannot be read.
    bool step();

    // Asked of a directory that is in the list: does someone else walk through it?
    std::function<bool(std::string_view folder, const IgnorePatterns::Decision &)> hand_over = {};

    // What it has come by so far.
    EntryList entries;
    std::vector<LinkedFile> linked;
    std::uint64_t bytes = 0; // of files

  private:
    struct Folder {
        std::string path;
        Names names;
        IgnorePatterns::Decision decision;
        Entry entry = {};    // without its path
        bool listed = false; // its entry is in the list
    };

    void begin();
    void look_at(const char *name);
    void push(const Entry &entry, IgnorePatterns::Decision decision, bool include);
    std::optional<Entry> describe(std::string_view path, Entry::Type type,
                                  const struct stat &status, int fd, const char *name);
    void list_parents();
    [[noreturn]] void fail(const char *what, std::string_view path) const;

    const WalkRules &rules_;
    DirectoryCursor cursor_;
    std::vector<Folder> folders_;
    bool begun_ = false; // are the first one's names read?
    std::string target_; // of the symlink looked at last
};

} // namespace berth::context
