// SPDX-License-Identifier: Apache-2.0
// The walk through a context, on real directories.
#include "berth/context/context_tree.hpp"
#include "berth/util/error.hpp"
#include "berth/util/paths.hpp"

#include "temporary_tree.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace berth::context {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> paths(const Manifest &manifest) {
    std::vector<std::string> result;
    for (auto entry : manifest.entries)
        result.push_back(static_cast<char>(entry.type) + (":" + std::string(entry.path)));
    return result;
}

// All attributes of a tree, as text.
std::string text_of(const Manifest &manifest) {
    std::string text;
    for (std::size_t i = 0; i < manifest.entries.size(); ++i) {
        auto entry = manifest.entries[i];
        text +=
            fmt::format("{} {} {} {:o} {} {} {}\n", static_cast<int>(entry.type), entry.path,
                        entry.size, entry.mode, entry.mtime_ns, entry.link_target, entry.hard_link);
    }
    return text;
}

class ContextScanTest : public ::testing::Test {
  protected:
    Manifest scan_with(const std::string &ignore, const std::vector<std::string> &always = {}) {
        return scan(tree.path(), IgnorePatterns::parse(ignore, ".dockerignore"), always);
    }
    test::TemporaryTree tree;
};

TEST_F(ContextScanTest, ListsADirectoryBeforeItsContentAndSiblings) {
    tree.file("a/x");
    tree.file("a-b");
    tree.file("a.b");
    tree.file("a/sub/y");
    tree.folder("empty");
    auto manifest = scan_with("");
    EXPECT_THAT(paths(manifest),
                ElementsAre("d:a", "d:a/sub", "f:a/sub/y", "f:a/x", "f:a-b", "f:a.b", "d:empty"));
    for (std::size_t i = 1; i < manifest.entries.size(); ++i)
        EXPECT_LT(compare_paths(manifest.entries[i - 1].path, manifest.entries[i].path), 0);
}

TEST_F(ContextScanTest, ReportsTypesOfFiles) {
    tree.file("file", "12345");
    std::filesystem::permissions(tree / "file", std::filesystem::perms(04751));
    tree.time("file", 1577934245, 678);
    tree.link("link", "../no/where");
    ASSERT_EQ(::mkfifo((tree / "pipe").c_str(), 0600), 0);
    auto entries = scan_with("").entries;
    ASSERT_EQ(entries.size(), 3u);
    auto status = tree.status("file");
    EXPECT_EQ(entries[0].mode, 04751u);
    EXPECT_EQ(entries[0].size, 5u);
    EXPECT_EQ(entries[0].mtime_ns, 1577934245000000678);
    EXPECT_EQ(entries[0].ctime_ns, status.st_ctim.tv_sec * 1'000'000'000 + status.st_ctim.tv_nsec);
    EXPECT_EQ(entries[0].inode, status.st_ino);
    EXPECT_EQ(entries[1].type, Entry::Type::symlink);
    EXPECT_EQ(entries[1].link_target, "../no/where");
    EXPECT_EQ(entries[2].type, Entry::Type::fifo);
}

TEST_F(ContextScanTest, KeepsOddNames) {
    std::vector<std::string> names = {"new\nline", "\xff\xfe", "-rf", "sp ace", "*", "\\", "'\"$x"};
    for (const auto &name : names)
        tree.file(name);
    auto entries = scan_with("").entries;
    std::vector<std::string> found;
    for (const auto &entry : entries)
        found.emplace_back(entry.path);
    std::sort(names.begin(), names.end());
    EXPECT_EQ(found, names);
}

TEST_F(ContextScanTest, ListsSocketsAsEmptyFilesAndFollowsNoLinks) {
    tree.file("dir/f");
    tree.link("to-dir", "dir");
    tree.link("loop", ".");
    int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (tree / "socket").string().copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
    ::close(fd);
    EXPECT_THAT(paths(scan_with("")),
                ElementsAre("d:dir", "f:dir/f", "l:loop", "f:socket", "l:to-dir"));
}

TEST_F(ContextScanTest, RefersToTheFirstIncludedNameOfAHardLink) {
    tree.file("a/one", "abc");
    tree.folder("b");
    std::filesystem::create_hard_link(tree / "a/one", tree / "b/two");
    std::filesystem::create_hard_link(tree / "a/one", tree / "b/three");
    auto entries = scan_with("").entries;
    ASSERT_EQ(entries.size(), 5u);
    EXPECT_FALSE(entries[1].hard_link);
    EXPECT_TRUE(entries[3].hard_link);
    EXPECT_EQ(entries[3].link_target, "a/one");
    EXPECT_TRUE(entries[4].hard_link);

    entries = scan_with("a\nb\n!b/t*").entries;
    ASSERT_EQ(entries.size(), 3u);
    EXPECT_EQ(entries[0].path, "b");
    EXPECT_FALSE(entries[1].hard_link);
    EXPECT_EQ(entries[2].link_target, "b/three");
}

TEST_F(ContextScanTest, AppliesPatterns) {
    tree.file("Dockerfile");
    tree.file("src/a.go");
    tree.file("src/lib/b.go");
    tree.file("src/lib/c.txt");
    tree.file("node_modules/x/y.js");
    struct {
        const char *ignore;
        std::vector<std::string> expected;
    } cases[] = {
        {"*", {}},
        {".",
         {"f:Dockerfile", "d:node_modules", "d:node_modules/x", "f:node_modules/x/y.js", "d:src",
          "f:src/a.go", "d:src/lib", "f:src/lib/b.go", "f:src/lib/c.txt"}},
        {"*\n!src/lib/*.txt", {"d:src", "d:src/lib", "f:src/lib/c.txt"}},
        {"**/*.go\nnode_modules", {"f:Dockerfile", "d:src", "d:src/lib", "f:src/lib/c.txt"}},
        {"*\n!none/at/all", {}},
    };
    for (const auto &c : cases)
        EXPECT_EQ(paths(scan_with(c.ignore)), c.expected) << c.ignore;
}

TEST_F(ContextScanTest, KeepsRequiredFiles) {
    tree.file("docker/Dockerfile");
    tree.file("docker/secret");
    tree.file(".dockerignore");
    tree.file("x");
    auto manifest = scan_with(
        "**", {"./docker//Dockerfile", ".dockerignore", "missing", "../outside", "/etc/passwd"});
    EXPECT_THAT(paths(manifest), ElementsAre("f:.dockerignore", "d:docker", "f:docker/Dockerfile"));
}

TEST_F(ContextScanTest, GoesDeeperThanOpenFilesAndPathsAllow) {
    // 1200 directories, a path of 6000 bytes: both limits are passed.
    int fd = ::open(tree.path().c_str(), O_RDONLY | O_DIRECTORY);
    constexpr int depth = 1200;
    for (int i = 0; i < depth; ++i) {
        ASSERT_EQ(::mkdirat(fd, "deep", 0700), 0);
        int next = ::openat(fd, "z", O_WRONLY | O_CREAT, 0600); // seen on the way back up
        ::close(next);
        next = ::openat(fd, "deep", O_RDONLY | O_DIRECTORY);
        ::close(fd);
        fd = next;
    }
    ::close(fd);
    EXPECT_EQ(scan_with("").entries.size(), 2u * depth);
}

// With any division of work: hard links between the parts, exceptions, directories in directories.
TEST_F(ContextScanTest, SeveralThreadsReturnTheSameList) {
    tree.file("a", "first");
    for (int i = 0; i < 60; ++i) {
        auto folder = "folder" + std::to_string(i) + "/sub/" + std::to_string(i % 7);
        for (int j = 0; j < 40; ++j)
            tree.file(folder + "/file" + std::to_string(j));
        tree.file("folder" + std::to_string(i) + "/left-out/kept");
        tree.file("folder" + std::to_string(i) + "/left-out/not");
        std::filesystem::create_hard_link(tree / "a", tree / (folder + "/again"));
    }
    auto patterns = IgnorePatterns::parse("**/left-out\n!**/kept", ".dockerignore");
    auto one = scan(tree.path(), patterns, {}, 1);
    EXPECT_EQ(one.entries.size(), 1 + 60 * (3 + 41 + 2));
    for (int i = 0; i < 20; ++i)
        ASSERT_EQ(text_of(scan(tree.path(), patterns, {}, 8)), text_of(one));
}

TEST_F(ContextScanTest, ReportsTheFirstErrorOfSeveralThreads) {
    for (int i = 100; i < 400; ++i)
        for (int j = 0; j < 5; ++j)
            tree.file("folder" + std::to_string(i) + "/" + std::to_string(j) + "/x");
    for (const auto *folder : {"folder300/3", "folder390/1"})
        std::filesystem::permissions(tree / folder, std::filesystem::perms::none);
    std::filesystem::permissions(tree.path(), std::filesystem::perms::all);
    if (::geteuid() == 0 && ::seteuid(65534) != 0)
        GTEST_SKIP() << "root, and cannot become another";
    for (int i = 0; i < 20; ++i)
        try {
            scan(tree.path(), {}, {}, 8);
            ADD_FAILURE() << "read a folder without permission";
        } catch (const Error &error) {
            EXPECT_THAT(error.what(), HasSubstr("folder300/3"));
        }
    ASSERT_EQ(::seteuid(::getuid()), 0);
    for (const auto *folder : {"folder300/3", "folder390/1"})
        std::filesystem::permissions(tree / folder, std::filesystem::perms::owner_all);
}

TEST_F(ContextScanTest, NamesMissingFiles) {
    try {
        scan(tree / "none", {});
        FAIL();
    } catch (const Error &error) {
        EXPECT_THAT(error.what(), HasSubstr((tree / "none").string()));
        EXPECT_THAT(error.what(), HasSubstr("No such file"));
    }
    tree.file("file");
    EXPECT_THROW(scan(tree / "file", {}), Error);
}

TEST_F(ContextScanTest, NamesUnreadableFiles) {
    if (::geteuid() == 0 && ::seteuid(65534) != 0)
        GTEST_SKIP() << "root, and cannot become another";
    {
        test::TemporaryTree own;
        own.folder("dark");
        std::filesystem::permissions(own / "dark", std::filesystem::perms::none);
        try {
            scan(own.path(), {});
            ADD_FAILURE() << "read a folder without permission";
        } catch (const Error &error) {
            EXPECT_THAT(error.what(), HasSubstr("dark"));
            EXPECT_THAT(error.what(), HasSubstr("Permission denied"));
            EXPECT_THAT(error.hint(), HasSubstr(".dockerignore"));
        }
        EXPECT_TRUE(scan(own.path(), IgnorePatterns::parse("dark\n!dark/x", "f")).entries.empty());
        std::filesystem::permissions(own / "dark", std::filesystem::perms::owner_all);
    }
    ASSERT_EQ(::seteuid(::getuid()), 0);
}

} // namespace
} // namespace berth::context
