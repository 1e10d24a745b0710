// SPDX-License-Identifier: Apache-2.0
#include "berth/context/local_context.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sys/stat.h>

namespace berth::context {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LocalContextTest : public ::testing::Test {
  protected:
    void write(const std::string &path, const std::string &content) {
        auto file = directory.path() / path;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << content;
    }
    LocalContext read(const std::string &path, const std::string &file = "") {
        return read_local_context((directory.path() / path).string(),
                                  file.empty() ? "" : (directory.path() / file).string());
    }
    static std::vector<std::string> paths(const LocalContext &context) {
        std::vector<std::string> result;
        for (const auto &entry : context.manifest.entries)
            result.emplace_back(entry.path);
        return result;
    }
    void expect_error(const std::string &path, const std::string &file, const char *what) {
        try {
            read(path, file);
            ADD_FAILURE() << "must throw: " << what;
        } catch (const Error &error) {
            EXPECT_THAT(error.what(), HasSubstr(what));
            EXPECT_FALSE(error.hint().empty()) << what;
        }
    }
    test::TemporaryDirectory directory;
};

TEST_F(LocalContextTest, ReadsTheDockerfileAndTheFiles) {
    write("app/Dockerfile", "FROM scratch\n");
    write("app/src/a.c", "a");
    auto context = read("app");
    EXPECT_EQ(context.file_name, "Dockerfile");
    EXPECT_EQ(context.dockerfile_files.at("Dockerfile"), "FROM scratch\n");
    EXPECT_THAT(paths(context), ElementsAre("Dockerfile", "src", "src/a.c"));
}

TEST_F(LocalContextTest, TheIgnoreFileItselfIsAlwaysSent) {
    write("app/Dockerfile", "FROM scratch\n");
    write("app/.dockerignore", "*\n!kept\n");
    write("app/kept", "");
    write("app/dropped", "");
    EXPECT_THAT(paths(read("app")), ElementsAre(".dockerignore", "kept"));
}

TEST_F(LocalContextTest, TheDockerfilesIgnoreFileTakesPrecedence) {
    write("app/.dockerignore", "a\n");
    write("app/a", "");
    write("app/b", "");
    write("other/release.Dockerfile", "FROM scratch\n");
    write("other/release.Dockerfile.dockerignore", "b\n");
    auto context = read("app", "other/release.Dockerfile");
    EXPECT_EQ(context.file_name, "release.Dockerfile");
    EXPECT_EQ(context.dockerfile_files.at("release.Dockerfile.dockerignore"), "b\n");
    EXPECT_THAT(paths(context), ElementsAre(".dockerignore", "a"));
}

TEST_F(LocalContextTest, TheDockerfileIsReadEvenIfIgnored) {
    write("app/Dockerfile", "FROM scratch\n");
    write("app/.dockerignore", "Dockerfile\n");
    auto first = read("app");
    EXPECT_THAT(paths(first), ElementsAre(".dockerignore"));
    EXPECT_EQ(first.dockerfile_files.at("Dockerfile"), "FROM scratch\n");
}

TEST_F(LocalContextTest, NamesMissingFiles) {
    write("file", "");
    write("empty/x", "");
    write("folder/Dockerfile/x", "");
    write("bad/Dockerfile", "FROM scratch\n");
    write("bad/.dockerignore", "[\n");
    expect_error("nosuch", "", "unable to prepare context: path");
    expect_error("file", "", "is not a directory");
    expect_error("empty", "", "failed to read dockerfile: open Dockerfile: no such file");
    expect_error("empty", "nofile", "nofile: no such file");
    expect_error("folder", "", "Dockerfile is a directory");
    try {
        read("bad");
        ADD_FAILURE();
    } catch (const Error &error) {
        EXPECT_THAT(error.what(), HasSubstr(".dockerignore"));
    }
}

// The file system of a Mac would find it, and docker buildx does everywhere.
TEST_F(LocalContextTest, DockerfileMayBeInLowerCase) {
    write("low/dockerfile", "FROM scratch\n");
    for (const auto *file : {"", "low/Dockerfile"})
        EXPECT_EQ(read("low", file).file_name, "dockerfile") << file;
    write("low/Dockerfile", "FROM scratch\n");
    EXPECT_EQ(read("low").file_name, "Dockerfile");
}

TEST_F(LocalContextTest, AFifoInsteadOfAFileIsAnErrorAndDoesNotBlock) {
    write("plain/Dockerfile", "FROM scratch\n");
    ASSERT_EQ(::mkfifo((directory.path() / "plain/.dockerignore").c_str(), 0600), 0);
    expect_error("plain", "", ".dockerignore: it is a FIFO");
}

TEST(ContextKeyTest, DependsOnTheClientAndTheDirectory) {
    EXPECT_NE(context_key("a", "/x"), context_key("b", "/x"));
    EXPECT_NE(context_key("a", "/x"), context_key("a", "/y"));
    EXPECT_EQ(context_key("a", "/x").find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(RemoteDockerfileNameTest, HttpAddressesAreNotFiles) {
    EXPECT_TRUE(is_remote_dockerfile("http://host/Dockerfile"));
    EXPECT_TRUE(is_remote_dockerfile("https://host/Dockerfile"));
    for (const auto *file : {"", "-", "Dockerfile", "http:/x", "git@host:repo", "ftp://host/x"})
        EXPECT_FALSE(is_remote_dockerfile(file)) << file;
}

} // namespace
} // namespace berth::context
