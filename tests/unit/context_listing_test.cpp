// SPDX-License-Identifier: Apache-2.0
// The sent files of a context, and the rules that exclude the others.
#include "berth/context/context_listing.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace berth::context {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class ContextListingTest : public ::testing::Test {
  protected:
    test::TemporaryDirectory folder;

    void write(const std::string &name, const std::string &content) {
        fs::create_directories((folder / name).parent_path());
        std::ofstream(folder / name) << content;
    }
    ContextListing list() { return list_context(read_local_context(folder.path().string(), "")); }
};

TEST_F(ContextListingTest, EachExcludedPathHasItsLine) {
    write("Dockerfile", "FROM scratch\n");
    write(".dockerignore", "# comment\nmodules\n*.log\n\nbig\n!big/keep\n");
    write("a.log", "12345");
    write("src/b.log", "1");
    write("src/main.c", "123");
    write("modules/x/one", "1234567890");
    write("modules/two", "12");
    write("big/keep", "1");
    write("big/other", "1234");
    auto listing = list();
    std::vector<std::string> kept;
    for (const auto &out : listing.kept_out)
        kept.push_back(out.path + " " + std::to_string(out.size) + " " + std::to_string(out.files) +
                       " " + std::to_string(out.line) + " " + out.pattern);
    EXPECT_THAT(kept,
                ElementsAre("a.log 5 1 3 *.log", "big/other 4 1 5 big", "modules 12 2 2 modules"));
    ASSERT_THAT(listing.directories, SizeIs(3)); // "*.log" matches only in the root
    EXPECT_EQ(listing.directories[0].path, ".");
    EXPECT_EQ(listing.directories[0].files, 5u);
    EXPECT_EQ(listing.directories[0].kept_out, 21u);
    EXPECT_EQ(listing.directories[1].path, "big");
    EXPECT_EQ(listing.directories[1].kept_out, 4u);
    EXPECT_EQ(listing.directories[2].path, "src");
    EXPECT_EQ(listing.directories[2].size, 4u);
}

TEST_F(ContextListingTest, WithoutAnIgnoreFileNothingIsExcluded) {
    write("Dockerfile", "FROM scratch\n");
    write("a/b/c", "12");
    auto listing = list();
    EXPECT_THAT(listing.kept_out, SizeIs(0));
    ASSERT_THAT(listing.directories, SizeIs(3));
    EXPECT_EQ(listing.directories[1].path, "a");
    EXPECT_EQ(listing.directories[1].size, 2u);
    EXPECT_EQ(listing.directories[2].path, "a/b");
}

TEST_F(ContextListingTest, ALinkToADirectoryIsNotADirectory) {
    write("Dockerfile", "FROM scratch\n");
    write(".dockerignore", "link\n");
    write("real/file", "1");
    fs::create_directory_symlink("real", folder / "link");
    auto listing = list();
    ASSERT_THAT(listing.kept_out, SizeIs(1));
    EXPECT_EQ(listing.kept_out[0].type, Entry::Type::symlink);
    EXPECT_EQ(listing.kept_out[0].size, 0u);
}

} // namespace
} // namespace berth::context
