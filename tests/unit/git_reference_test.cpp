// SPDX-License-Identifier: Apache-2.0
// Addresses of git repositories, and BuildKit's definitions for them.
#include "berth/job/git_reference.hpp"
#include "berth/job/source_definition.hpp"
#include "berth/util/error.hpp"

#include "buildkit/file_op.pb.h"

namespace berth::job {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(GitReferenceTest, ReadsTheFormsOfAddresses) {
    struct Case {
        const char *address, *remote, *host, *path, *ref, *directory;
        bool ssh;
    };
    for (const auto &[address, remote, host, path, ref, directory, ssh] : {
             Case{"https://h/a/b.git", "https://h/a/b.git", "h", "/a/b.git", "", "", false},
             Case{"https://u:p@h:81/b.git#main:x/../y", "https://u:p@h:81/b.git", "h:81", "/b.git",
                  "main", "y", false},
             Case{"git@h:a/b.git#:sub", "git@h:a/b.git", "h", "/a/b.git", "", "sub", true},
             Case{"ssh://git@h/a#v1", "ssh://git@h/a", "h", "/a", "v1", "", true},
             Case{"git://h/a", "git://h/a", "h", "/a", "", "", false},
             Case{"github.com/a/b#main", "https://github.com/a/b", "github.com", "/a/b", "main", "",
                  false},
             Case{"https://h/b.git?tag=v1&subdir=x%2Fy", "https://h/b.git", "h", "/b.git",
                  "refs/tags/v1", "x/y", false},
             Case{"https://h/b.git?branch=main", "https://h/b.git", "h", "/b.git",
                  "refs/heads/main", "", false},
             Case{"https://h/b.git#:../..", "https://h/b.git", "h", "/b.git", "", "", false},
         }) {
        auto reference = read_git_reference(address);
        ASSERT_TRUE(reference) << address;
        EXPECT_EQ(reference->remote, remote);
        EXPECT_EQ(reference->host, host);
        EXPECT_EQ(reference->path, path);
        EXPECT_EQ(reference->ref, ref);
        EXPECT_EQ(reference->directory, directory);
        EXPECT_EQ(reference->ssh, ssh);
    }
    for (const auto *other : {"https://h/b", "https://h/b.git.tar", "app", "./git@h:x", "",
                              "docker-image://a", "https:///b.git", "@h:x"})
        EXPECT_FALSE(read_git_reference(other)) << other;
}

TEST(GitReferenceTest, ReadsQueriesAndRefusesBadOnes) {
    auto reference = read_git_reference("https://h/b.git?ref=x&checksum=abc&keep-git-dir&"
                                        "submodules=false&mtime=commit&fetch-by-commit=true");
    EXPECT_EQ(reference->checksum, "abc");
    EXPECT_EQ(reference->file_times, "commit");
    EXPECT_TRUE(reference->keep_git_directory && reference->skip_submodules &&
                reference->fetch_by_commit);
    for (const auto &[query, error] : {std::pair{"ref=a&ref=b", "multiple values"},
                                       {"what=1", "unexpected query"},
                                       {"ref=", "has no value"},
                                       {"ref=a&branch=b", "ref conflicts"},
                                       {"submodules=maybe", "invalid submodules value"},
                                       {"mtime=now", "invalid mtime"},
                                       {"ref=%zz", "invalid URL escape"}})
        EXPECT_THAT(
            [&query = query] { read_git_reference(std::string("https://h/b.git?") + query); },
            ThrowsMessage<Error>(HasSubstr(error)));
}

TEST(GitReferenceTest, ADirectoryWithinAnAddressHasAnAddress) {
    EXPECT_EQ(address_within("https://h/b.git", "x"), "https://h/b.git#:x");
    EXPECT_EQ(address_within("https://h/b.git#main", "x/"), "https://h/b.git#main:x");
    EXPECT_EQ(address_within("https://h/b.git#main:a", "../x"), "https://h/b.git#main:x");
    EXPECT_EQ(address_within("https://h/b.git?subdir=a&ref=r", "x"),
              "https://h/b.git?subdir=a%2Fx&ref=r");
    EXPECT_EQ(address_within("https://h/b.git?ref=r", "x"), "https://h/b.git?ref=r#:x");
    EXPECT_EQ(address_within("https://h/b.git#main", "."), "https://h/b.git#main");
    EXPECT_EQ(address_within("https://h/b.tar", "x"), "https://h/b.tar");
}

TEST(GitReferenceTest, ADirectoryIsCopiedOutOfARepository) {
    auto whole = git_definition(*read_git_reference("https://h/b.git#main:a"), "load");
    auto part = directory_of(whole, "x/y", "set context to x/y");
    ASSERT_EQ(part.def_size(), 3);
    pb::Op source, wanted;
    pb::FileStep copy;
    ASSERT_TRUE(source.ParseFromString(part.def(0)) && copy.ParseFromString(part.def(1)) &&
                wanted.ParseFromString(part.def(2)));
    EXPECT_EQ(source.source().identifier(), "git://h/b.git#main:a");
    EXPECT_EQ(source.source().attrs().at("git.fullurl"), "https://h/b.git");
    EXPECT_FALSE(source.source().attrs().contains("git.mountsshsock"));
    EXPECT_FALSE(source.source().attrs().contains("git.advice"));
    const auto &action = copy.file().actions(0);
    EXPECT_EQ(action.input(), -1);
    EXPECT_EQ(action.copy().src(), "/x/y");
    EXPECT_EQ(action.copy().dest(), "/");
    EXPECT_TRUE(action.copy().contents_only());
    EXPECT_EQ(part.metadata_size(), 2);
    EXPECT_EQ(part.metadata().at(wanted.inputs(0).digest()).description().at("llb.customname"),
              "set context to x/y");
}

} // namespace
} // namespace berth::job
