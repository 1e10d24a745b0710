// SPDX-License-Identifier: Apache-2.0
// Helpers that fill and inspect the directory of a test.
#pragma once

#include "berth/util/file.hpp"

#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <sys/stat.h>

namespace berth::test {

class TemporaryTree : public TemporaryDirectory {
  public:
    void folder(std::string_view path) const { std::filesystem::create_directories(*this / path); }
    void file(std::string_view path, std::string_view content = "x") const {
        std::filesystem::create_directories((*this / path).parent_path());
        std::ofstream(*this / path, std::ios::binary) << content;
    }
    void link(std::string_view path, std::string_view target) const {
        std::filesystem::create_symlink(target, *this / path);
    }
    void time(std::string_view path, std::int64_t seconds, long nanoseconds = 0) const {
        timespec times[2] = {{0, UTIME_OMIT}, {seconds, nanoseconds}};
        ASSERT_EQ(::utimensat(AT_FDCWD, (*this / path).c_str(), times, AT_SYMLINK_NOFOLLOW), 0);
    }
    std::string content(std::string_view path) const {
        std::ifstream in(*this / path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    // What a directory has in it. Throws if it does not exist.
    std::set<std::string> names(std::string_view path = ".") const {
        std::set<std::string> all;
        for (const auto &entry : std::filesystem::directory_iterator(*this / path))
            all.insert(entry.path().filename());
        return all;
    }
    struct stat status(std::string_view path) const {
        struct stat result = {};
        EXPECT_EQ(::lstat((*this / path).c_str(), &result), 0) << path;
        return result;
    }
};

// Whether the file system has files without a name (UnfinishedFile).
inline bool has_nameless_files([[maybe_unused]] const std::filesystem::path &directory) {
#ifdef O_TMPFILE
    return static_cast<bool>(
        FileDescriptor(::open(directory.c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600)));
#else
    return false;
#endif
}

} // namespace berth::test
