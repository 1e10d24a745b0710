// SPDX-License-Identifier: Apache-2.0
// A compact table of the files that a receiver may request, by number.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>

namespace berth::session {

struct ListedFile {
    std::string path;
    bool empty = false; // always sent without content
};

// One thread fills it, another queries it. A file takes its name and 16 bytes; adjacent files share
// the path of their directory.
class FileTable {
  public:
    // `id` must ascend.
    void add(std::uint32_t id, std::string_view path, bool empty);
    // Once for each file; false for a number that is not in the table.
    bool claim(std::uint32_t id);
    // A claimed file.
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
