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

// Nothing for an unknown type.
std::optional<Entry::Type> type_of(mode_t mode);

// The common settings of all parts of a walk.
struct WalkRules {
    WalkRules(const std::filesystem::path &root, const IgnorePatterns &patterns,
              const std::vector<std::string> &always);

    const std::filesystem::path &root;
    const IgnorePatterns &patterns;
    std::set<std::string, std::less<>> always,
        on_the_way; // files, and the directories above them
};

// A file with several names, by its index in a list. The first name is known only at the end.
struct LinkedFile {
    std::size_t at;
    dev_t device;
    ino_t inode;
};

// The names in a directory, sorted, in one allocation: a directory may contain millions.
class Names {
  public:
    // Duplicates `fd`. False, with errno set, if it cannot be read.
    bool read(int fd);
    // Null after the last one.
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
    // Walks `directory` ("": everything) below rules.root, given its decision.
    Walk(const WalkRules &rules, std::string directory, IgnorePatterns::Decision decision);

    // Advances to the next name; false at the end. Throws Error naming an unreadable path.
    bool step();

    // Called for a listed directory; returns true to let another thread walk it.
    std::function<bool(std::string_view directory, const IgnorePatterns::Decision &)> hand_over =
        {};

    // The entries so far.
    EntryList entries;
    std::vector<LinkedFile> linked;
    std::uint64_t bytes = 0; // of files

  private:
    struct Directory {
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
    std::vector<Directory> directories_;
    bool begun_ = false; // whether the names of the first one are read
    std::string target_; // of the latest symlink
};

} // namespace berth::context
