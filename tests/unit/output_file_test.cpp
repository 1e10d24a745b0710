// SPDX-License-Identifier: Apache-2.0
// Results written to every kind of destination.
#include "berth/util/error.hpp"
#include "berth/util/output_file.hpp"

#include "temporary_tree.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fcntl.h>
#include <future>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

namespace berth {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class OutputFileTest : public ::testing::Test {
  protected:
    OutputFileTest() : mask_(::umask(022)) {}
    ~OutputFileTest() override { ::umask(mask_); }

    void write(const fs::path &path, std::string_view content = "new") {
        EXPECT_NO_THROW(check_output_file(path)) << path;
        write_output_file(path, content);
    }
    // Of both the check before the build and the writing.
    std::string failure(const fs::path &path) {
        std::string checked = "nothing", written = "nothing";
        try {
            check_output_file(path);
        } catch (const Error &error) {
            checked = error.what();
        }
        try {
            write_output_file(path, "new");
        } catch (const Error &error) {
            written = error.what();
        }
        EXPECT_EQ(checked, written);
        return written;
    }
    mode_t mode(std::string_view path) { return tree.status(path).st_mode & 07777u; }
    static std::string all_of(int fd) {
        std::string text;
        char buffer[64];
        while (auto count = ::read(fd, buffer, sizeof buffer))
            text.append(buffer, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        return text;
    }

    test::TemporaryTree tree;
    mode_t mask_;
};

TEST_F(OutputFileTest, ANewFileHasTheModeOfTheUmask) {
    write(tree / "file");
    EXPECT_EQ(tree.content("file"), "new");
    EXPECT_EQ(mode("file"), 0644u);
    ::umask(077);
    write(tree / "private");
    EXPECT_EQ(mode("private"), 0600u);
}

TEST_F(OutputFileTest, MissingDirectoriesHaveTheModeOfTheUmask) {
    write(tree / "a/b/file");
    EXPECT_EQ(mode("a"), 0755u);
    EXPECT_EQ(mode("a/b"), 0755u);
    ::umask(027);
    write(tree / "c/file");
    EXPECT_EQ(mode("c"), 0750u);
}

TEST_F(OutputFileTest, AFileIsReplacedAtOnceAndKeepsItsMode) {
    tree.file("file", "old");
    ::chmod((tree / "file").c_str(), 0604);
    auto before = tree.status("file").st_ino;
    OutputFile file(tree / "file");
    file.write("ne");
    EXPECT_EQ(tree.content("file"), "old");
    file.write("w");
    file.commit();
    EXPECT_EQ(tree.content("file"), "new");
    EXPECT_EQ(mode("file"), 0604u);
    EXPECT_NE(tree.status("file").st_ino, before);
    EXPECT_EQ(tree.names().size(), 1u);
}

TEST_F(OutputFileTest, WithoutCommitNothingChanges) {
    tree.file("file", "old");
    {
        OutputFile file(tree / "file"), other(tree / "other");
        file.write("new");
        other.write("new");
    }
    EXPECT_EQ(tree.content("file"), "old");
    EXPECT_EQ(tree.names().size(), 1u);
}

// What a killed process leaves behind.
TEST_F(OutputFileTest, NothingIsThereBeforeTheCommit) {
    if (!test::has_nameless_files(tree.path()))
        GTEST_SKIP() << "needs a file system with O_TMPFILE";
    OutputFile file(tree / "file");
    file.write("new");
    EXPECT_EQ(tree.names().size(), 0u);
    file.commit();
    EXPECT_EQ(tree.content("file"), "new");
    EXPECT_EQ(tree.names().size(), 1u);
}

TEST_F(OutputFileTest, TheCheckChangesNothing) {
    check_output_file(tree / "a/b");
    check_output_directory(tree / "c/d");
    EXPECT_EQ(tree.names().size(), 0u);
}

TEST_F(OutputFileTest, ASymlinksTargetIsWritten) {
    tree.file("dir/target", "old");
    tree.link("link", "dir/target");
    tree.link("dir/second", "../link");
    write(tree / "dir/second");
    EXPECT_TRUE(fs::is_symlink(tree / "link"));
    EXPECT_TRUE(fs::is_symlink(tree / "dir/second"));
    EXPECT_EQ(tree.content("dir/target"), "new");
}

TEST_F(OutputFileTest, ADanglingSymlinksTargetIsCreated) {
    tree.link("link", "not/yet");
    write(tree / "link");
    EXPECT_TRUE(fs::is_symlink(tree / "link"));
    EXPECT_EQ(tree.content("not/yet"), "new");
    tree.link("loop", "loop");
    EXPECT_THAT(failure(tree / "loop"), HasSubstr("symbolic links"));
}

TEST_F(OutputFileTest, ADirectoryBehindADanglingSymlinkIsCreated) {
    tree.link("link", "a/b");
    EXPECT_TRUE(make_directories(tree / "link/c/"));
    EXPECT_TRUE(fs::is_directory(tree / "a/b/c"));
    write(tree / "link/file");
    EXPECT_EQ(tree.content("a/b/file"), "new");
    tree.link("loop", "loop");
    EXPECT_FALSE(make_directories(tree / "loop"));
    tree.file("file");
    EXPECT_FALSE(make_directories(tree / "file"));
    EXPECT_EQ(errno, ENOTDIR);
}

TEST_F(OutputFileTest, DevNullStaysADevice) {
    write("/dev/null");
    struct stat status;
    ASSERT_EQ(::stat("/dev/null", &status), 0);
    EXPECT_TRUE(S_ISCHR(status.st_mode));
    try {
        write_output_file("/dev/full", "new");
        ADD_FAILURE() << "/dev/full takes nothing";
    } catch (const Error &error) {
        EXPECT_THAT(error.what(), AllOf(HasSubstr("/dev/full"), HasSubstr("No space")));
    }
}

TEST_F(OutputFileTest, AFifosReaderGetsTheContent) {
    auto path = tree / "fifo";
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    auto reader = std::async(std::launch::async, [&] {
        FileDescriptor file(::open(path.c_str(), O_RDONLY));
        return all_of(file.get());
    });
    std::string content(200'000, 'x'); // more than a pipe holds
    write(path, content);
    EXPECT_EQ(reader.get(), content);
    EXPECT_TRUE(S_ISFIFO(tree.status("fifo").st_mode));
}

TEST_F(OutputFileTest, AFifoWithoutAReaderIsGivenUp) {
    auto path = tree / "fifo";
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    auto expect_cancelled = [&] {
        try {
            OutputFile(path, [] { return true; }).write(std::string(200'000, 'x'));
            ADD_FAILURE() << "no reader";
        } catch (const Error &error) {
            EXPECT_EQ(error.code(), ExitCode::cancelled) << error.what();
        }
    };
    expect_cancelled(); // waits for a reader
    FileDescriptor reader(::open(path.c_str(), O_RDONLY | O_NONBLOCK));
    expect_cancelled(); // waits for room
}

TEST_F(OutputFileTest, InheritedDescriptorsAreWrittenTo) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    write(fmt::format("/dev/fd/{}", pipe[1]), "one ");
    write(fmt::format("/proc/self/fd/{}", pipe[1]), "two");
    ::close(pipe[1]);
    EXPECT_EQ(all_of(pipe[0]), "one two");
    ::close(pipe[0]);
}

TEST_F(OutputFileTest, ADescriptorOfAFileIsWrittenAtItsPosition) {
    tree.file("file", "");
    int fd = ::open((tree / "file").c_str(), O_WRONLY);
    ASSERT_EQ(::write(fd, "head ", 5), 5);
    write(fmt::format("/dev/fd/{}", fd));
    ASSERT_EQ(::write(fd, " tail", 5), 5);
    ::close(fd);
    EXPECT_EQ(tree.content("file"), "head new tail");
}

TEST_F(OutputFileTest, NoDescriptorOfTheProgramItselfIsWrittenTo) {
    FileDescriptor own(::open((tree / "own").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    EXPECT_THAT(failure(fmt::format("/dev/fd/{}", own.get())), HasSubstr("Bad file descriptor"));
    FileDescriptor read_only(::open((tree / "own").c_str(), O_RDONLY));
    EXPECT_THAT(failure(fmt::format("/dev/fd/{}", read_only.get())),
                HasSubstr("Bad file descriptor"));
    EXPECT_THAT(failure("/dev/fd/987"), HasSubstr("/dev/fd/987"));
}

TEST_F(OutputFileTest, DirectoriesAndSocketsAreErrorsThatNameThePath) {
    tree.folder("dir");
    EXPECT_THAT(failure(tree / "dir"), AllOf(HasSubstr("dir"), HasSubstr("Is a directory")));
    EXPECT_THAT(failure(tree / "missing/"), HasSubstr("Is a directory"));
    tree.file("file");
    EXPECT_THAT(failure(tree / "file/below"), HasSubstr("Not a directory"));
    EXPECT_THAT(failure(""), HasSubstr("No such file"));

    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    auto path = (tree / "socket").string();
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
    EXPECT_THAT(failure(path), AllOf(HasSubstr(path), HasSubstr("it is a socket")));
}

TEST_F(OutputFileTest, LongNamesWork) {
    auto name = std::string(255, 'n');
    write(tree / name);
    EXPECT_EQ(tree.content(name), "new");
}

TEST_F(OutputFileTest, TheDirectoryOfAnOutputIsChecked) {
    tree.file("file");
    EXPECT_NO_THROW(check_output_directory(tree.path()));
    try {
        check_output_directory(tree / "file");
        ADD_FAILURE() << "a file is no directory";
    } catch (const Error &error) {
        EXPECT_THAT(error.what(), AllOf(HasSubstr("file"), HasSubstr("Not a directory")));
    }
    EXPECT_THROW(check_output_directory(tree / "file/below"), Error);
}

// Access rights of a user other than root. The tests themselves may run as root.
class OutputFileRights : public OutputFileTest {
  protected:
    OutputFileRights() {
        if (root_) {
            EXPECT_EQ(::chown(tree.path().c_str(), nobody, nobody), 0);
            ::chmod(tree.path().c_str(), 0755);
            EXPECT_EQ(::seteuid(nobody), 0);
        }
    }
    ~OutputFileRights() override {
        if (root_) {
            EXPECT_EQ(::seteuid(0), 0);
        }
        fs::permissions(tree / "dir", fs::perms::owner_all, ignored_);
    }
    static constexpr uid_t nobody = 65534;
    bool root_ = ::geteuid() == 0;
    std::error_code ignored_;
};

TEST_F(OutputFileRights, AFileInAReadOnlyDirectoryIsWrittenInPlace) {
    tree.file("dir/file", "old and longer");
    auto before = tree.status("dir/file").st_ino;
    ::chmod((tree / "dir").c_str(), 0555);
    write(tree / "dir/file");
    EXPECT_EQ(tree.content("dir/file"), "new");
    EXPECT_EQ(tree.status("dir/file").st_ino, before);
}

TEST_F(OutputFileRights, UnwritableDestinationsFailBeforeTheBuild) {
    tree.file("dir/file", "old");
    ::chmod((tree / "dir/file").c_str(), 0444);
    ::chmod((tree / "dir").c_str(), 0555);
    for (const auto *path : {"dir/file", "dir/other", "dir/a/b/c"})
        EXPECT_THAT(failure(tree / path), AllOf(HasSubstr(path), HasSubstr("Permission denied")));
    for (const auto *path : {"dir", "dir/a/b"})
        EXPECT_THROW(check_output_directory(tree / path), Error) << path;
    EXPECT_EQ(tree.content("dir/file"), "old");
}

TEST_F(OutputFileRights, AForeignFileInAStickyDirectoryIsWrittenInPlace) {
    if (!root_)
        GTEST_SKIP() << "takes files of two users";
    ASSERT_EQ(::seteuid(0), 0);
    tree.file("dir/file", "old");
    ::chmod((tree / "dir").c_str(), 01777);
    ::chmod((tree / "dir/file").c_str(), 0666);
    ASSERT_EQ(::seteuid(nobody), 0);
    write(tree / "dir/file");
    EXPECT_EQ(tree.content("dir/file"), "new");
    EXPECT_EQ(tree.status("dir/file").st_uid, 0u);
}

} // namespace
} // namespace berth
