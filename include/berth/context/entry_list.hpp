// SPDX-License-Identifier: Apache-2.0
// The files of a build context, up to millions: about 50 bytes each, and their names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace berth::context {

// One entry. Its strings belong to its creator; in a list, to the list.
struct Entry {
    enum class Type : char {
        file = 'f',
        directory = 'd',
        symlink = 'l',
        fifo = 'p',
        character = 'c',
        block = 'b'
    };
    std::string_view path; // slash-separated, relative to the context
    Type type = Type::file;
    std::uint32_t mode = 0;            // permission bits with setuid, setgid and sticky
    std::uint64_t size = 0;            // of a file
    std::int64_t mtime_ns = 0;         // part of an image's layers
    std::int64_t ctime_ns = 0;         // files only: reveals a change that kept size and mtime
    std::uint64_t inode = 0;           // files only
    std::string_view link_target = {}; // of a symlink; of a hard link: the path of its first name
    bool hard_link = false;
    std::uint64_t device = 0; // of a device node
    bool operator==(const Entry &) const = default;
};

inline bool is_device(Entry::Type type) {
    return type == Entry::Type::character || type == Entry::Type::block;
}

// Whether it has a target.
inline bool is_link(Entry::Type type, bool hard_link) {
    return hard_link || type == Entry::Type::symlink;
}
inline bool is_link(const Entry &entry) {
    return is_link(entry.type, entry.hard_link);
}

// Entries in the order of compare_paths(), the order of a walk: parents before children.
class EntryList {
  public:
    EntryList() = default;
    EntryList(std::initializer_list<Entry> entries);
    EntryList(EntryList &&) = default;
    EntryList &operator=(EntryList &&) = default;

    // Copies its strings. Its path must come after all others in the list.
    void add(const Entry &entry);
    // Adds all of `other`, whose paths come after those in the list.
    void append(EntryList &&other);
    // Makes the file a link to `target`, another name before it.
    void make_link(std::size_t i, std::string_view target);

    std::size_t size() const { return records_.size(); }
    bool empty() const { return records_.empty(); }
    Entry operator[](std::size_t i) const;
    // The index of a path.
    std::optional<std::size_t> find(std::string_view path) const;

    class Iterator {
      public:
        Iterator(const EntryList &list, std::size_t at) : list_(&list), at_(at) {}
        Entry operator*() const { return (*list_)[at_]; }
        Iterator &operator++() {
            ++at_;
            return *this;
        }
        bool operator==(const Iterator &other) const { return at_ == other.at_; }

      private:
        const EntryList *list_;
        std::size_t at_;
    };
    Iterator begin() const { return {*this, 0}; }
    Iterator end() const { return {*this, size()}; }

  private:
    struct Record {
        const char *path; // and NUL; of a link, its target and NUL
        std::uint32_t path_size;
        std::uint16_t mode;
        Entry::Type type;
        bool hard_link;
        std::uint64_t size_or_device;
        std::int64_t mtime_ns, ctime_ns;
        std::uint64_t inode;
    };
    char *room_for(std::size_t size);

    std::deque<Record> records_; // grows without a copy
    std::vector<std::unique_ptr<char[]>> text_;
    std::size_t text_piece_ = 0; // minimum size of the next piece; pieces grow
    std::size_t text_left_ = 0;  // in the current piece
    char *text_end_ = nullptr;
};

} // namespace berth::context
