// SPDX-License-Identifier: Apache-2.0
#include "berth/context/source_walk.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "source_rows.hpp"
#include "temporary_tree.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace berth::context {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> listed(const std::filesystem::path &root, const SourceFilter &filter) {
    std::vector<std::string> paths;
    walk_source(root, filter, [&](const SourceEntry &entry) { paths.emplace_back(entry.path); });
    return paths;
}

std::vector<std::string> patterns(const std::string &text) {
    std::vector<std::string> result;
    for (auto part : split(replace_all(text, ", ", "\n"), '\n'))
        if (!part.empty())
            result.push_back(part);
    return result;
}

class SourceRowTest : public ::testing::TestWithParam<SourceRow> {};

TEST_P(SourceRowTest, ListsTheSameAsBuildKitsClient) {
    test::TemporaryTree tree;
    for (const auto &file : split(source_files, ' '))
        tree.file(file);
    for (auto [path, target] : source_links)
        tree.link(path, target);
    SourceFilter filter{patterns(GetParam().include), patterns(GetParam().exclude),
                        patterns(GetParam().follow)};
    auto expected = GetParam().listed == std::string("all") ? join(listed(tree.path(), {}), " ")
                                                            : std::string(GetParam().listed);
    EXPECT_EQ(join(listed(tree.path(), filter), " "), expected);
}

INSTANTIATE_TEST_SUITE_P(Recorded, SourceRowTest, ::testing::ValuesIn(source_rows));

TEST(SourceWalkTest, OrdersADirectoryBeforeItsContentAndItsSiblings) {
    test::TemporaryTree tree;
    for (auto file : {"a/z", "a-b", "a.b/c", "b"})
        tree.file(file);
    EXPECT_THAT(listed(tree.path(), {}), ElementsAre("a", "a/z", "a-b", "a.b", "a.b/c", "b"));
}

TEST(SourceWalkTest, NamesMayBeAnyBytes) {
    test::TemporaryTree tree;
    tree.file("\xff\xfe\n\\");
    tree.file("\t\"");
    EXPECT_THAT(listed(tree.path(), {}), ElementsAre("\t\"", "\xff\xfe\n\\"));
}

TEST(SourceWalkTest, FurtherNamesOfAFilePointToTheFirstThatIsListed) {
    test::TemporaryTree tree;
    tree.file("excluded");
    std::filesystem::create_hard_link(tree / "excluded", tree / "first");
    std::filesystem::create_hard_link(tree / "excluded", tree / "second");
    std::vector<std::string> names;
    walk_source(tree.path(), {.exclude = {"excluded"}}, [&](const SourceEntry &entry) {
        names.push_back(std::string(entry.path) + "=" + std::string(entry.first_name));
    });
    EXPECT_THAT(names, ElementsAre("first=", "second=first"));
}

TEST(SourceWalkTest, AParentThatIsNotIncludedItselfHasItsOwnAttributes) {
    test::TemporaryTree tree;
    tree.file("dir/inside/file");
    std::filesystem::permissions(tree / "dir", std::filesystem::perms(0710));
    tree.time("dir", 1000, 5);
    std::vector<std::string> seen;
    walk_source(tree.path(), {.include = {"dir/inside/file"}}, [&](const SourceEntry &entry) {
        seen.emplace_back(entry.path);
        if (entry.path == "dir") {
            EXPECT_EQ(entry.status.st_mode & 07777u, 0710u);
            EXPECT_EQ(modified_ns(entry.status), 1'000'000'000'005);
        }
    });
    EXPECT_THAT(seen, ElementsAre("dir", "dir/inside", "dir/inside/file"));
}

TEST(SourceWalkTest, ReadsExtendedAttributes) {
    test::TemporaryTree tree;
    tree.file("file");
    std::string value(1000, 'v');
    if (::setxattr((tree / "file").c_str(), "user.test", value.data(), value.size(), 0) != 0)
        GTEST_SKIP() << "this file system has none";
    std::string read;
    walk_source(tree.path(), {},
                [&](const SourceEntry &entry) { read = entry.xattrs.at("user.test"); });
    EXPECT_EQ(read, value);
}

TEST(SourceWalkTest, GoesAThousandDirectoriesDeep) {
    test::TemporaryTree tree;
    FileDescriptor directory(::open(tree.path().c_str(), O_RDONLY | O_DIRECTORY));
    for (int i = 0; i < 1000; ++i) { // longer than PATH_MAX
        ASSERT_EQ(::mkdirat(directory.get(), "directory", 0700), 0);
        directory = FileDescriptor(::openat(directory.get(), "directory", O_RDONLY | O_DIRECTORY));
    }
    ASSERT_EQ(::symlinkat("target", directory.get(), "link"), 0);
    std::string last;
    walk_source(tree.path(), {}, [&](const SourceEntry &entry) {
        last = std::string(entry.path.substr(entry.path.size() - 4)) + "@" +
               std::string(entry.link_target);
    });
    EXPECT_EQ(last, "link@target");
}

TEST(SourceWalkTest, AnUnreadableDirectoryFailsOnlyWhereItIsIncluded) {
    if (::geteuid() == 0)
        GTEST_SKIP() << "root reads everything";
    test::TemporaryTree tree;
    tree.folder("locked");
    tree.file("open");
    std::filesystem::permissions(tree / "locked", std::filesystem::perms::none);
    EXPECT_THAT(listed(tree.path(), {.include = {"open"}}), ElementsAre("open"));
    EXPECT_THAT(listed(tree.path(), {.exclude = {"locked"}}), ElementsAre("open"));
    EXPECT_THROW(listed(tree.path(), {}), Error);
    std::filesystem::permissions(tree / "locked", std::filesystem::perms::owner_all);
}

TEST(SourceWalkTest, SkipsVanishedEntries) {
    test::TemporaryTree tree;
    for (auto file : {"a", "b", "c/d", "e"})
        tree.file(file);
    std::vector<std::string> paths;
    walk_source(tree.path(), {}, [&](const SourceEntry &entry) {
        paths.emplace_back(entry.path);
        if (entry.path == "a") {
            std::filesystem::remove(tree / "b");
            std::filesystem::remove_all(tree / "c");
        }
    });
    EXPECT_THAT(paths, ElementsAre("a", "e"));
}

TEST(SourceWalkTest, NamesAMalformedPattern) {
    test::TemporaryTree tree;
    for (const auto &filter : {SourceFilter{.include = {"[a"}}, SourceFilter{.exclude = {"!"}}}) {
        try {
            listed(tree.path(), filter);
            FAIL() << "no error";
        } catch (const Error &error) {
            EXPECT_THAT(error.what(), HasSubstr("pattern"));
        }
    }
}

TEST(SourceWalkTest, NamesAMissingDirectory) {
    test::TemporaryTree tree;
    try {
        listed(tree / "none", {});
        FAIL() << "no error";
    } catch (const Error &error) {
        EXPECT_THAT(error.what(), HasSubstr((tree / "none").string()));
    }
}

TEST(FollowLinksTest, EndsOnLinksThatMultiply) {
    test::TemporaryTree tree;
    tree.link("a", "b/b/b");
    tree.link("b", "a/a/a");
    EXPECT_THAT(follow_links(tree.path(), {"a/x"}), ElementsAre("a", "b"));
}

TEST(FollowLinksTest, IgnoresEverythingOutside) {
    test::TemporaryTree tree;
    tree.file("root/file");
    tree.file("secret");
    tree.link("root/up", "../../../secret");
    EXPECT_THAT(follow_links(tree / "root", {"up"}), ElementsAre("secret", "up"));
    EXPECT_THAT(listed(tree / "root", {.follow = {"up"}}), ElementsAre("up"));
    EXPECT_THAT(listed(tree / "root", {.follow = {"../secret"}}), ElementsAre());
}

} // namespace
} // namespace berth::context
