// SPDX-License-Identifier: Apache-2.0
// The context as a tar stream, read back with libarchive and unpacked with the system's tar.
#include "berth/context/context_tree.hpp"
#include "berth/util/error.hpp"

#include "temporary_tree.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <numeric>
#include <sys/wait.h>
#include <unistd.h>

namespace berth::context {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::size_t> all(const Manifest &manifest) {
    std::vector<std::size_t> indexes(manifest.entries.size());
    std::iota(indexes.begin(), indexes.end(), std::size_t{0});
    return indexes;
}

std::string read_all(TreeArchive &archive, std::size_t buffer_size = 1u << 20) {
    std::string text;
    std::string buffer(buffer_size, '\0');
    while (auto count = archive.read(buffer.data(), buffer.size()))
        text.append(buffer, 0, count);
    return text;
}

class TreeArchiveTest : public ::testing::Test {
  protected:
    std::string archive(std::size_t buffer_size = 1u << 20) {
        auto manifest = scan(tree / "ctx", {});
        TreeArchive stream(tree / "ctx", manifest, all(manifest));
        return read_all(stream, buffer_size);
    }

    // Unpacked into out/ by `tar x`, as in the builder.
    void unpack(const std::string &text) {
        tree.file("archive", text);
        tree.folder("out");
        auto child = ::fork();
        if (child == 0) {
            ::execlp("tar", "tar", "xpf", (tree / "archive").c_str(), "-C", (tree / "out").c_str(),
                     nullptr);
            ::_exit(127);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        ASSERT_EQ(status, 0);
    }

    void read_back(const std::string &text,
                   const std::function<void(::archive *, archive_entry *)> &member) {
        std::unique_ptr<::archive, int (*)(::archive *)> reader(archive_read_new(),
                                                                archive_read_free);
        archive_read_support_format_tar(reader.get());
        ASSERT_EQ(archive_read_open_memory(reader.get(), text.data(), text.size()), ARCHIVE_OK);
        archive_entry *entry = nullptr;
        int result = 0;
        while ((result = archive_read_next_header(reader.get(), &entry)) == ARCHIVE_OK)
            member(reader.get(), entry);
        EXPECT_EQ(result, ARCHIVE_EOF);
    }

    std::vector<std::string> names(const std::string &text) {
        std::vector<std::string> result;
        read_back(text,
                  [&](auto *, auto *entry) { result.emplace_back(archive_entry_pathname(entry)); });
        return result;
    }

    test::TemporaryTree tree;
};

TEST_F(TreeArchiveTest, UnpacksToTheSameTree) {
    auto long_name = std::string(200, 'n');
    auto long_path = long_name + "/" + long_name + "/" + long_name;
    tree.file("ctx/d/file", "content");
    tree.file("ctx/" + long_path, "long");
    tree.file("ctx/odd\n\xff\xc3\xbc", "odd");
    tree.file("ctx/-rf", "dash");
    tree.file("ctx/empty", "");
    tree.file("ctx/setuid", "s");
    std::filesystem::permissions(tree / "ctx/setuid", std::filesystem::perms(06755));
    std::filesystem::create_hard_link(tree / "ctx/d/file", tree / "ctx/hard");
    tree.link("ctx/link", long_path);
    tree.time("ctx/d/file", 1'234'567'890, 999'999'999);
    tree.time("ctx/d", 1'111'111'111);
    tree.time("ctx/" + long_name, 1'222'222'222);

    unpack(archive());
    EXPECT_EQ(tree.content("out/d/file"), "content");
    EXPECT_EQ(tree.content("out/" + long_path), "long");
    EXPECT_EQ(tree.content("out/odd\n\xff\xc3\xbc"), "odd");
    EXPECT_EQ(tree.content("out/-rf"), "dash");
    EXPECT_EQ(tree.status("out/empty").st_size, 0);
    EXPECT_EQ(tree.status("out/setuid").st_mode & 07777u, 06755u);
    EXPECT_EQ(tree.status("out/hard").st_ino, tree.status("out/d/file").st_ino);
    EXPECT_EQ(std::filesystem::read_symlink(tree / "out/link"), long_path);
    EXPECT_EQ(tree.status("out/d/file").st_mtim.tv_sec, 1'234'567'890);
    EXPECT_EQ(tree.status("out/d").st_mtim.tv_sec, 1'111'111'111);
    EXPECT_EQ(tree.status("out/" + long_name).st_mtim.tv_sec, 1'222'222'222);
}

TEST_F(TreeArchiveTest, OwnsNothing) {
    tree.file("ctx/file");
    if (::geteuid() == 0) {
        ASSERT_EQ(::chown((tree / "ctx/file").c_str(), 1234, 1234), 0);
    }
    int members = 0;
    read_back(archive(), [&](auto *, auto *entry) {
        ++members;
        EXPECT_EQ(archive_entry_uid(entry), 0);
        EXPECT_EQ(archive_entry_gid(entry), 0);
        EXPECT_THAT(archive_entry_uname(entry),
                    ::testing::AnyOf(::testing::IsNull(), ::testing::StrEq("")));
    });
    EXPECT_EQ(members, 1);
}

TEST_F(TreeArchiveTest, RepeatsDirectoriesAtTheEndChildrenFirst) {
    tree.file("ctx/a/b/f");
    tree.folder("ctx/c");
    EXPECT_THAT(names(archive()), ElementsAre("a/", "a/b/", "a/b/f", "c/", "c/", "a/b/", "a/"));
}

TEST_F(TreeArchiveTest, SendsOnlyTheGivenEntries) {
    tree.file("ctx/a", "1");
    tree.file("ctx/b", "22");
    tree.file("ctx/c", "333");
    auto manifest = scan(tree / "ctx", {});
    TreeArchive stream(tree / "ctx", manifest, {1});
    EXPECT_THAT(names(read_all(stream)), ElementsAre("b"));
    EXPECT_EQ(stream.content_bytes(), 2u);
    TreeArchive nothing(tree / "ctx", manifest, {});
    EXPECT_EQ(read_all(nothing), std::string(1024, '\0'));
}

TEST_F(TreeArchiveTest, IsTheSameForEveryBuffer) {
    tree.file("ctx/a", std::string(100'000, 'a'));
    tree.file("ctx/" + std::string(150, 'n'), std::string(511, 'b'));
    tree.file("ctx/d/e", std::string(512, 'c'));
    auto whole = archive();
    for (std::size_t size : {1u, 7u, 512u, 4096u, 100'001u})
        EXPECT_EQ(archive(size), whole) << size;
}

TEST_F(TreeArchiveTest, StoresSizesBeyondEightGibibytes) {
    tree.file("ctx/big");
    std::filesystem::resize_file(tree / "ctx/big", 9ull << 30);
    auto manifest = scan(tree / "ctx", {});
    TreeArchive stream(tree / "ctx", manifest, {0});
    std::string head(4096, '\0');
    ASSERT_EQ(stream.read(head.data(), head.size()), head.size());
    std::unique_ptr<::archive, int (*)(::archive *)> reader(archive_read_new(), archive_read_free);
    archive_read_support_format_tar(reader.get());
    archive_read_open_memory(reader.get(), head.data(), head.size());
    archive_entry *entry = nullptr;
    ASSERT_EQ(archive_read_next_header(reader.get(), &entry), ARCHIVE_OK);
    EXPECT_EQ(archive_entry_size(entry), la_int64_t{9} << 30);
}

TEST_F(TreeArchiveTest, CutsAFileThatGrewAndNamesOneThatShrank) {
    tree.file("ctx/file", "12345");
    auto manifest = scan(tree / "ctx", {});
    tree.file("ctx/file", "1234567890");
    TreeArchive grown(tree / "ctx", manifest, {0});
    read_back(read_all(grown), [&](auto *reader, auto *) {
        std::string content(20, '\0');
        content.resize(
            static_cast<std::size_t>(archive_read_data(reader, content.data(), content.size())));
        EXPECT_EQ(content, "12345");
    });

    auto failure = [&] {
        try {
            TreeArchive stream(tree / "ctx", manifest, {0});
            read_all(stream);
        } catch (const Error &error) {
            return std::string(error.what()) + "|" + error.hint();
        }
        return std::string("no error");
    };
    tree.file("ctx/file", "123");
    EXPECT_THAT(failure(), ::testing::AllOf(HasSubstr("ctx/file"), HasSubstr("shorter"),
                                            HasSubstr("build again")));
    std::filesystem::remove(tree / "ctx/file");
    EXPECT_THAT(failure(), ::testing::AllOf(HasSubstr("ctx/file"), HasSubstr("No such file"),
                                            HasSubstr("build again")));
    tree.file("outside", "secret");
    tree.link("ctx/file", "../outside");
    EXPECT_THAT(failure(), HasSubstr("ctx/file"));
    std::filesystem::remove(tree / "ctx/file");
    ASSERT_EQ(::mkfifo((tree / "ctx/file").c_str(), 0600), 0);
    EXPECT_THAT(failure(), HasSubstr("ctx/file"));
}

} // namespace
} // namespace berth::context
