// SPDX-License-Identifier: Apache-2.0
// The files that a receiver may ask for, by their number, in little memory.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>

namespace berth::session {

struct ListedFile {
    std::string path;
    bool empty = false; // sent without content, whatever it is
};

// Filled by one thread and asked by another. A file takes its name and 16 bytes; a directory's
// path is kept once for the files in a row that are in it.
class FileTable {
  public:
    // `id` is greater than all before.
    void add(std::uint32_t id, std::string_view path, bool empty);
    // Once for each file; false for a number that is not in the table.
    bool claim(std::uint32_t id);
    // Of one that was claimed.
    ListedFile get(std::uint32_t id);

  private:
    struct Record {
        std::uint32_t id;
        std::uint32_t directory : 31; // its place in directories_
        std::uint32_t empty : 1;
        std::uint64_t name : 63; // where it begins in names_
        std::uint64_t claimed : 1;
    };

    Record *find(std::uint32_t id);

    std::mutex mutex_;
    std::deque<Record> records_;
    std::deque<std::string> directories_;
    std::deque<char> names_; // each ends in NUL
};

} // namespace berth::session
