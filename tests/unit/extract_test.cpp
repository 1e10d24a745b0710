// Unpacking an export: what arrives, and that nothing gets out of the directory.
#include "berth/build/extract.hpp"
#include "berth/util/error.hpp"

#include "tar_text.hpp"
#include "temporary_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

namespace berth::build {
namespace {

using ::testing::HasSubstr;

class ExtractTest : public ::testing::Test {
  protected:
    void extract(const std::string &text) { extract_tar(reader(text), tree / "out"); }
    // The error's text.
    std::string refuse(const std::string &text) {
        try {
            extract(text);
        } catch (const Error &error) {
            return error.what();
        }
        return "accepted";
    }
    test::TemporaryTree tree;
};

TEST_F(ExtractTest, WritesFilesFoldersAndLinksAsTheCaller) {
    extract(tar({{.path = "./", .type = '5', .mode = 0700},
                 {.path = "d/", .type = '5', .mode = 0500, .mtime = 5},
                 {.path = "d/file", .content = "content", .mode = 0751, .mtime = 1'234'567'890},
                 {.path = "d/link", .type = '2', .target = "/etc/passwd", .mtime = 7},
                 {.path = "d/hard", .type = '1', .target = "d/file"},
                 {.path = "made/on/the/way", .content = "x"},
                 {.path = "pipe", .type = '6', .mode = 0600},
                 {.path = "empty"}}));
    EXPECT_EQ(tree.content("out/d/file"), "content");
    auto file = tree.status("out/d/file");
    EXPECT_EQ(file.st_mode, S_IFREG | 0751u);
    EXPECT_EQ(file.st_mtim.tv_sec, 1'234'567'890);
    EXPECT_EQ(file.st_uid, ::geteuid());
    EXPECT_EQ(file.st_ino, tree.status("out/d/hard").st_ino);
    EXPECT_EQ(tree.status("out/d").st_mode, S_IFDIR | 0500u);
    EXPECT_EQ(tree.status("out/d").st_mtim.tv_sec, 5);
    EXPECT_EQ(std::filesystem::read_symlink(tree / "out/d/link"), "/etc/passwd");
    EXPECT_EQ(tree.status("out/d/link").st_mtim.tv_sec, 7);
    EXPECT_EQ(tree.content("out/made/on/the/way"), "x");
    EXPECT_TRUE(S_ISFIFO(tree.status("out/pipe").st_mode));
    EXPECT_EQ(tree.status("out/empty").st_size, 0);
}

TEST_F(ExtractTest, KeepsSetuidForRootOnly) {
    extract(tar({{.path = "s", .mode = 06755}}));
    EXPECT_EQ(tree.status("out/s").st_mode & 07777u, ::geteuid() == 0 ? 06755u : 0755u);
}

TEST_F(ExtractTest, TakesNamesAsTheyAre) {
    std::string odd = "\xff\xfe new\nline";
    std::string umlaut = "\xc3\xbc";
    auto very_long = std::string(200, 'a') + "/" + std::string(200, 'b');
    extract(tar_member({.path = odd, .content = "1"}) + pax_path(umlaut) +
            tar_member({.path = "u", .content = "2"}) + pax_path(very_long) +
            tar_member({.path = "l", .content = "3"}) + tar({{.path = "-rf", .content = "4"}}));
    EXPECT_EQ(tree.content("out/" + odd), "1");
    EXPECT_EQ(tree.content("out/" + umlaut), "2");
    EXPECT_EQ(tree.content("out/" + very_long), "3");
    EXPECT_EQ(tree.content("out/-rf"), "4");
}

TEST_F(ExtractTest, ReplacesWhatIsThereAndKeepsTheRest) {
    tree.file("out/keep", "kept");
    tree.file("out/file", "an older and longer content");
    tree.file("out/becomes-file/with/content");
    tree.file("out/becomes-folder");
    tree.file("out/folder/keep", "kept");
    tree.file("outside", "outside");
    std::filesystem::create_hard_link(tree / "outside", tree / "out/hard");
    tree.link("out/link", "../outside");
    extract(tar({{.path = "file", .content = "new"},
                 {.path = "becomes-file", .content = "f"},
                 {.path = "becomes-folder", .type = '5'},
                 {.path = "folder", .type = '5'},
                 {.path = "hard", .content = "new"},
                 {.path = "link", .content = "new"}}));
    EXPECT_EQ(tree.content("out/keep"), "kept");
    EXPECT_EQ(tree.content("out/file"), "new");
    EXPECT_EQ(tree.content("out/becomes-file"), "f");
    EXPECT_TRUE(std::filesystem::is_directory(tree / "out/becomes-folder"));
    EXPECT_EQ(tree.content("out/folder/keep"), "kept");
    EXPECT_EQ(tree.content("outside"), "outside");
    EXPECT_TRUE(
        std::filesystem::is_regular_file(tree.status("out/link").st_mode & S_IFREG
                                             ? std::filesystem::symlink_status(tree / "out/link")
                                             : std::filesystem::file_status()));
}

TEST_F(ExtractTest, LetsNothingOut) {
    tree.folder("outside");
    tree.file("outside/victim", "untouched");
    tree.folder("out");
    tree.link("out/before", (tree / "outside").string());
    auto outside = (tree / "outside").string();
    struct {
        const char *what;
        std::string text;
        const char *named;
    } cases[] = {
        {"up", tar({{.path = "../outside/new"}}), "../outside/new"},
        {"up in the middle", tar({{.path = "a/../../outside/new"}}), "a/../../outside/new"},
        {"up at the end", tar({{.path = "a/..", .type = '5'}}), "a/.."},
        {"up inside", tar({{.path = "a/../b"}}), "a/../b"},
        {"absolute", tar({{.path = outside + "/new"}}), "absolute"},
        {"absolute by pax", pax_path(outside + "/new") + tar({{.path = "x"}}), "absolute"},
        {"through a symlink of the archive",
         tar({{.path = "a", .type = '2', .target = outside}, {.path = "a/new"}}), "a/new"},
        {"through a relative one",
         tar({{.path = "a", .type = '2', .target = "../outside"}, {.path = "a/new"}}), "a/new"},
        {"through two",
         tar({{.path = "d/", .type = '5'},
              {.path = "d/up", .type = '2', .target = ".."},
              {.path = "d/up/up", .type = '2', .target = ".."}}),
         "d/up/up"},
        {"a folder below a symlink",
         tar({{.path = "b", .type = '2', .target = outside}, {.path = "b/new/", .type = '5'}}),
         "b/new"},
        {"through a symlink that was there", tar({{.path = "before/new"}}), "before/new"},
        {"hard link up", tar({{.path = "h", .type = '1', .target = "../outside/victim"}}),
         "../outside/victim"},
        {"hard link absolute", tar({{.path = "h", .type = '1', .target = outside + "/victim"}}),
         "absolute"},
        {"hard link through a symlink",
         tar({{.path = "h", .type = '1', .target = "before/victim"}}), "before"},
        {"hard link to nothing", tar({{.path = "h", .type = '1', .target = "none"}}), "none"},
        {"hard link to a folder",
         tar({{.path = "f/", .type = '5'}, {.path = "h", .type = '1', .target = "f"}}),
         "hard link"},
        {"the directory itself", tar({{.path = ".", .type = '2', .target = outside}}), "."},
        {"no name", tar({{.path = "/", .type = '5'}}), "absolute"},
    };
    for (const auto &c : cases) {
        auto said = refuse(c.text);
        EXPECT_THAT(said, HasSubstr(c.named)) << c.what;
        EXPECT_THAT(said, HasSubstr("cannot unpack")) << c.what;
        EXPECT_FALSE(std::filesystem::exists(tree / "outside/new")) << c.what;
        EXPECT_EQ(tree.status("outside/victim").st_nlink, 1u) << c.what;
    }
    EXPECT_EQ(tree.content("outside/victim"), "untouched");
}

// Links by themselves are content; writing over one never writes through it.
TEST_F(ExtractTest, ReplacesASymlinkInsteadOfWritingThroughIt) {
    tree.file("outside", "untouched");
    auto target = (tree / "outside").string();
    extract(tar({{.path = "a", .type = '2', .target = target},
                 {.path = "a", .content = "new"},
                 {.path = "b", .type = '2', .target = target},
                 {.path = "c", .type = '1', .target = "b"},
                 {.path = "c", .content = "new"},
                 {.path = "d", .type = '2', .target = tree.path().string()},
                 {.path = "d/", .type = '5'},
                 {.path = "d/outside", .content = "new"}}));
    EXPECT_EQ(tree.content("outside"), "untouched");
    EXPECT_EQ(tree.content("out/a"), "new");
    EXPECT_EQ(tree.content("out/c"), "new");
    EXPECT_EQ(tree.content("out/d/outside"), "new");
}

TEST_F(ExtractTest, SaysWhenTheStreamIsDamaged) {
    auto whole = tar({{.path = "first", .content = std::string(5000, 'x')}, {.path = "second"}});
    EXPECT_THAT(refuse(whole.substr(0, 3000)), HasSubstr("first"));
    EXPECT_THAT(refuse(std::string(10'000, 'x')), HasSubstr("cannot unpack"));
    auto wrong = whole;
    wrong[6000] ^= 1; // in the second header
    EXPECT_THAT(refuse(wrong), HasSubstr("cannot unpack"));
}

TEST_F(ExtractTest, PassesOnWhatTheInputThrows) {
    auto input = [](char *, std::size_t) -> std::size_t { throw Error("the builder went away"); };
    try {
        extract_tar(input, tree / "out");
        FAIL();
    } catch (const Error &error) {
        EXPECT_STREQ(error.what(), "the builder went away");
    }
}

TEST_F(ExtractTest, NamesADestinationThatIsNoDirectory) {
    tree.file("out");
    EXPECT_THAT(refuse(tar({{.path = "x"}})), HasSubstr((tree / "out").string()));
}

} // namespace
} // namespace berth::build
