// SPDX-License-Identifier: Apache-2.0
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/unfinished_file.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace berth {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class FileTest : public ::testing::Test {
  protected:
    template<typename Action>
    std::string failure(Action action) {
        try {
            action();
            return "none";
        } catch (const Error &error) {
            return error.what();
        }
    }
    test::TemporaryDirectory folder_;
};

TEST_F(FileTest, WritesAndReads) {
    std::string content(300000, 'x');
    content[5] = '\0';
    write_file_atomically(folder_ / "a", content);
    EXPECT_EQ(read_file(folder_ / "a"), content);
    EXPECT_EQ(fs::status(folder_ / "a").permissions(),
              fs::perms::owner_read | fs::perms::owner_write);
    write_file_atomically(folder_ / "a", "new", 0644);
    EXPECT_EQ(read_file(folder_ / "a"), "new");
    EXPECT_EQ(read_file_if_exists("/dev/null"), "");
}

TEST_F(FileTest, CreatesPrivateDirectories) {
    write_file_atomically(folder_.path() / "x" / "y" / "a", "1");
    EXPECT_EQ(fs::status(folder_ / "x").permissions(), fs::perms::owner_all);
    auto before = fs::current_path();
    fs::current_path(folder_.path());
    write_file_atomically("relative", "2");
    fs::current_path(before);
    EXPECT_EQ(read_file(folder_ / "relative"), "2");
}

TEST_F(FileTest, TellsWhatIsMissing) {
    EXPECT_FALSE(read_file_if_exists(folder_ / "none"));
    write_file_atomically(folder_ / "file", "");
    EXPECT_FALSE(read_file_if_exists(folder_.path() / "file" / "below"));
    auto none = (folder_ / "none").string();
    EXPECT_EQ(failure([&] { read_file(none); }),
              "cannot read " + none + ": No such file or directory");
}

TEST_F(FileTest, ReportsImpossiblePaths) {
    auto folder = folder_.path().string();
    EXPECT_EQ(failure([&] { read_file(folder); }), "cannot read " + folder + ": Is a directory");
    write_file_atomically(folder_ / "big", "12345");
    EXPECT_THAT(failure([&] { read_file(folder_ / "big", 4); }),
                AllOf(HasSubstr("/big"), HasSubstr("larger than 4 bytes")));
    EXPECT_EQ(read_file(folder_ / "big", 5), "12345");
    EXPECT_THAT(failure([&] { write_file_atomically(folder_.path() / "big" / "x", ""); }),
                HasSubstr("/big"));
    fs::create_directories(folder_.path() / "full" / "x");
    EXPECT_THAT(failure([&] { write_file_atomically(folder_ / "full", "x"); }),
                HasSubstr("cannot write"));
    // A failure leaves no file.
    for (const auto &entry : fs::directory_iterator(folder_.path()))
        EXPECT_FALSE(entry.path().filename().string().starts_with(unfinished_prefix))
            << entry.path();
}

TEST_F(FileTest, ModesDoNotDependOnTheUmask) {
    auto old = ::umask(0777);
    write_file_atomically(folder_ / "new" / "file", "x", 0640);
    mode_t scratch;
    {
        ScratchFolder folder("test");
        struct stat status;
        EXPECT_EQ(::stat(folder.path().c_str(), &status), 0);
        scratch = status.st_mode & 0777;
    }
    ::umask(old);
    struct stat status;
    ASSERT_EQ(::stat((folder_ / "new" / "file").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0640u);
    ASSERT_EQ(::stat((folder_ / "new").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700u);
    EXPECT_EQ(scratch, 0700u);
}

TEST_F(FileTest, AFifoIsReadOnlyOnRequest) {
    auto fifo = folder_ / "fifo";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    EXPECT_THROW(read_file(fifo), Error);
    std::thread writer([&] { std::ofstream(fifo) << "content"; });
    EXPECT_EQ(read_file(fifo, 100, Special::read), "content");
    writer.join();
}

TEST_F(FileTest, ADescriptorIsClosedOnce) {
    int raw = ::open("/dev/null", O_RDONLY);
    {
        FileDescriptor first(raw);
        FileDescriptor second(std::move(first));
        EXPECT_FALSE(first); // NOLINT(bugprone-use-after-move)
        EXPECT_EQ(second.get(), raw);
        EXPECT_EQ(::fcntl(raw, F_GETFD), 0);
    }
    EXPECT_EQ(::fcntl(raw, F_GETFD), -1);
}

} // namespace
} // namespace berth
