// A folder for a test, removed with the test, and short ways to fill and look at it.
#pragma once

#include <gtest/gtest.h>

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <sys/stat.h>

namespace berth::build {

class TemporaryTree {
  public:
    TemporaryTree() {
        auto name = (std::filesystem::temp_directory_path() / "berth-test-XXXXXX").string();
        if (!::mkdtemp(name.data()))
            throw std::runtime_error("mkdtemp failed");
        root_ = name;
    }
    TemporaryTree(const TemporaryTree &) = delete;
    TemporaryTree &operator=(const TemporaryTree &) = delete;
    ~TemporaryTree() {
        std::error_code error;
        std::filesystem::remove_all(root_, error);
    }

    const std::filesystem::path &root() const { return root_; }
    std::filesystem::path operator/(std::string_view path) const { return root_ / path; }

    void folder(std::string_view path) const { std::filesystem::create_directories(root_ / path); }
    void file(std::string_view path, std::string_view content = "x") const {
        std::filesystem::create_directories((root_ / path).parent_path());
        std::ofstream(root_ / path, std::ios::binary) << content;
    }
    void link(std::string_view path, std::string_view target) const {
        std::filesystem::create_symlink(target, root_ / path);
    }
    void time(std::string_view path, std::int64_t seconds, long nanoseconds = 0) const {
        timespec times[2] = {{0, UTIME_OMIT}, {seconds, nanoseconds}};
        ASSERT_EQ(::utimensat(AT_FDCWD, (root_ / path).c_str(), times, AT_SYMLINK_NOFOLLOW), 0);
    }
    std::string content(std::string_view path) const {
        std::ifstream in(root_ / path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    struct stat status(std::string_view path) const {
        struct stat result = {};
        EXPECT_EQ(::lstat((root_ / path).c_str(), &result), 0) << path;
        return result;
    }

  private:
    std::filesystem::path root_;
};

} // namespace berth::build
