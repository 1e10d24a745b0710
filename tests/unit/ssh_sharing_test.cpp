// SPDX-License-Identifier: Apache-2.0
#include "berth/docker/ssh_sharing.hpp"
#include "berth/util/file.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

namespace berth::docker {
namespace {

namespace fs = std::filesystem;

class SshSharingTest : public ::testing::Test {
  protected:
    test::TemporaryDirectory directory;
    std::string at(const std::string &name) const { return (directory.path() / name).string(); }
    std::string folder(const std::string &runtime = "run") const {
        return ssh_sharing_directory(
            Environment({{"XDG_RUNTIME_DIR", at(runtime)}, {"XDG_CACHE_HOME", at("cache")}}));
    }
};

TEST_F(SshSharingTest, IsPrivate) {
    EXPECT_EQ(folder(), at("run/berth-ssh"));
    EXPECT_EQ(fs::status(at("run/berth-ssh")).permissions(), fs::perms::owner_all);
    EXPECT_EQ(fs::status(at("run/berth-ssh/ssh")).permissions(), fs::perms::owner_all);
    auto script = read_file(at("run/berth-ssh/ssh"));
    EXPECT_TRUE(script.starts_with("#!/bin/sh\n"));
    // An older berth's is replaced.
    std::ofstream(at("run/berth-ssh/ssh")) << "old";
    EXPECT_EQ(folder(), at("run/berth-ssh"));
    EXPECT_EQ(read_file(at("run/berth-ssh/ssh")), script);
}

TEST_F(SshSharingTest, ADirectoryWritableByOthersIsNotUsed) {
    fs::create_directories(at("run/berth-ssh"));
    ::chmod(at("run/berth-ssh").c_str(), 0770);
    EXPECT_EQ(folder(), at("cache/berth/ssh"));
    fs::create_directories(at("elsewhere"));
    fs::create_directories(at("linked"));
    fs::create_symlink(at("elsewhere"), at("linked/berth-ssh"));
    EXPECT_EQ(folder("linked"), at("cache/berth/ssh"));
    EXPECT_TRUE(fs::is_empty(at("elsewhere")));
}

TEST_F(SshSharingTest, LongSocketPathsAreAvoided) {
    EXPECT_EQ(folder(std::string(60, 'x')), at("cache/berth/ssh"));
    EXPECT_EQ(folder("a:b"), at("cache/berth/ssh"));
}

} // namespace
} // namespace berth::docker
