// SPDX-License-Identifier: Apache-2.0
// Which files of this machine a bake file needs leave for.
#include "berth/bake/access.hpp"
#include "berth/util/error.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace berth::bake {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class BakeAccessTest : public ::testing::Test {
  protected:
    BakeAccessTest() : before_(fs::current_path()) {
        fs::create_directories(root() / "work/sub");
        fs::create_directories(root() / "outside/there");
        fs::current_path(root() / "work");
    }
    ~BakeAccessTest() override { fs::current_path(before_); }
    fs::path root() const { return fs::canonical(folder_.path()); }
    static void link(const std::string &name, const fs::path &target) {
        fs::create_symlink(target, name);
    }
    // The flags that an output into this place needs.
    static std::vector<std::string> flags(const std::string &destination,
                                          const std::vector<std::string> &allowed = {}) {
        job::NamedTarget target{.name = "t", .options = {}};
        target.options.context = ".";
        target.options.outputs = {"type=local,dest=" + destination};
        return missing_access(read_access(allowed), {target}, {}).file_flags;
    }

  private:
    test::TemporaryDirectory folder_;
    fs::path before_;
};

TEST_F(BakeAccessTest, TheWorkingDirectoryIsAllowed) {
    link("inside", "sub");
    link("new", "sub/not/there/yet");
    for (const auto *place : {"out", "sub/out", "inside/out", "new", "new/deeper", "./sub/../out"})
        EXPECT_THAT(flags(place), IsEmpty()) << place;
}

TEST_F(BakeAccessTest, WhatIsElsewhereIsNot) {
    EXPECT_THAT(flags("../outside"), ElementsAre("--allow=fs.write=../outside"));
    EXPECT_THAT(flags("../outside", {"fs.write=../outside"}), IsEmpty());
    EXPECT_THAT(flags("../outside/there", {"fs.write=../outside"}), IsEmpty());
}

// A build would create the target of a link.
TEST_F(BakeAccessTest, ALinkToWhatDoesNotExistYetIsFollowed) {
    link("relative", "../outside/new");
    link("absolute", root() / "outside/new/deeper");
    link("second", "absolute");
    link("sub/up", "../../outside/new");
    link("door", "../outside/there");
    link("behind", "door/../new"); // .. of what door leads to
    link("strange", "nothing/../../outside/new");
    for (const auto *place : {"relative", "relative/x/y", "absolute", "second", "sub/up", "behind",
                              "door/new", "strange"}) {
        EXPECT_EQ(flags(place).size(), 1u) << place;
        EXPECT_THAT(flags(place, {"fs.write=/"}), IsEmpty()) << place;
    }
    EXPECT_THAT(flags("relative", {"fs.write=../outside"}), IsEmpty());
}

TEST_F(BakeAccessTest, ACircleOfLinksIsAnError) {
    link("a", "b");
    link("b", "a");
    EXPECT_THROW(flags("a"), Error);
}

} // namespace
} // namespace berth::bake
