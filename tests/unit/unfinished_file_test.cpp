// SPDX-License-Identifier: Apache-2.0
#include "berth/util/unfinished_file.hpp"

#include "temporary_tree.hpp"

#include <gmock/gmock.h>

#include <cerrno>
#include <optional>
#include <sys/stat.h>

namespace berth {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class UnfinishedFileTest : public ::testing::Test {
  protected:
    UnfinishedFileTest() : directory(::open(tree.path().c_str(), O_RDONLY | O_CLOEXEC)) {}

    test::TemporaryTree tree;
    FileDescriptor directory;
};

TEST_F(UnfinishedFileTest, GetsItsNameWhenItIsMoved) {
    UnfinishedFile file("temporary", 0640, directory.get());
    ASSERT_TRUE(file);
    EXPECT_TRUE(file.write("new"));
    EXPECT_TRUE(file.move_to("name"));
    EXPECT_TRUE(file.close());
    EXPECT_THAT(tree.names(), ElementsAre("name"));
    EXPECT_EQ(tree.content("name"), "new");
    EXPECT_EQ(tree.status("name").st_mode & 07777u, 0640u & ~::umask(::umask(0)));
}

TEST_F(UnfinishedFileTest, ReplacesAFile) {
    tree.file("name", "old");
    UnfinishedFile file(tree / "temporary", 0600);
    EXPECT_TRUE(file.write("new"));
    EXPECT_TRUE(file.move_to(tree / "name"));
    EXPECT_THAT(tree.names(), ElementsAre("name"));
    EXPECT_EQ(tree.content("name"), "new");
}

TEST_F(UnfinishedFileTest, MovesAfterADirectoryInTheWayIsGone) {
    tree.folder("name");
    UnfinishedFile file("temporary", 0600, directory.get());
    EXPECT_FALSE(file.move_to("name"));
    EXPECT_EQ(errno, EISDIR);
    std::filesystem::remove(tree / "name");
    EXPECT_TRUE(file.move_to("name"));
    EXPECT_THAT(tree.names(), ElementsAre("name"));
}

// As a file system does it that has no files without a name.
TEST_F(UnfinishedFileTest, MovesFromATemporaryName) {
    UnfinishedFile file("temporary", 0600, directory.get());
    EXPECT_TRUE(file.show());
    EXPECT_THAT(tree.names(), ElementsAre("temporary"));
    EXPECT_TRUE(file.write("new"));
    EXPECT_TRUE(file.move_to("name"));
    EXPECT_THAT(tree.names(), ElementsAre("name"));
}

TEST_F(UnfinishedFileTest, LeavesNothingUnlessItIsMoved) {
    std::optional<UnfinishedFile> first(std::in_place, "first", 0600, directory.get());
    UnfinishedFile second("second", 0600, directory.get());
    EXPECT_TRUE(first->show());
    EXPECT_TRUE(second.show());
    UnfinishedFile moved = std::move(*first);
    first.reset();
    EXPECT_THAT(tree.names(), ElementsAre("first", "second"));
    moved = UnfinishedFile();
    second = UnfinishedFile("third", 0600, directory.get());
    second = UnfinishedFile();
    EXPECT_THAT(tree.names(), IsEmpty());
}

TEST_F(UnfinishedFileTest, SaysWhyItCannotBeCreated) {
    UnfinishedFile file("missing/temporary", 0600, directory.get());
    EXPECT_FALSE(file);
    EXPECT_EQ(errno, ENOENT);
}

} // namespace
} // namespace berth
