// SPDX-License-Identifier: Apache-2.0
#include "berth/util/day_file.hpp"
#include "berth/util/file.hpp"

#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace berth {
namespace {

namespace fs = std::filesystem;

class DayFileTest : public ::testing::Test {
  protected:
    test::TemporaryDirectory directory;
    fs::path file = directory.path() / "some" / "folder" / "word";
};

TEST_F(DayFileTest, IsValidForADay) {
    EXPECT_FALSE(read_day_file(file));
    write_day_file(file, "one");
    EXPECT_EQ(read_day_file(file), "one");
    write_day_file(file, "two");
    EXPECT_EQ(read_day_file(file), "two");
    fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(25));
    EXPECT_FALSE(read_day_file(file));
}

TEST_F(DayFileTest, IgnoresUnreadableAndUnwritableFiles) {
    write_day_file(file, std::string(300, 'x'));
    EXPECT_FALSE(read_day_file(file)) << "too long";
    fs::create_directories(directory.path() / "dir");
    EXPECT_FALSE(read_day_file(directory.path() / "dir"));
    write_day_file(directory.path() / "dir", "x");
    write_file_atomically(directory.path() / "file", "", 0600);
    write_day_file(directory.path() / "file" / "x", "x");
    EXPECT_FALSE(read_day_file(directory.path() / "file" / "x"));
}

} // namespace
} // namespace berth
