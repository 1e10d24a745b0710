// SPDX-License-Identifier: Apache-2.0
// Which node builds which platforms. The cases of docker buildx's own tests, and native nodes.
#include "berth/builder/assign.hpp"
#include "berth/builder/platform.hpp"
#include "berth/util/strings.hpp"

#include <gtest/gtest.h>

namespace berth::builder {
namespace {

using Words = std::vector<std::string>;

std::vector<store::Platform> platforms(const std::string &list) {
    return list.empty() ? std::vector<store::Platform>() : *parse_platforms({list});
}

// `0: linux/amd64 1: linux/arm64,linux/arm/v7`
std::string text(const std::vector<Share> &shares) {
    Words words;
    for (const auto &share : shares) {
        Words names;
        for (const auto &platform : share.platforms)
            names.push_back(format_platform(platform));
        words.push_back(std::to_string(share.node) + ": " + join(names, ","));
    }
    return join(words, " ");
}

std::vector<NodePlatforms> pinned(const Words &lists) {
    std::vector<NodePlatforms> nodes;
    for (const auto &list : lists)
        nodes.push_back({.pinned = platforms(list)});
    return nodes;
}

std::string assigned(const Words &nodes, const std::string &wanted) {
    return text(assign_platforms(pinned(nodes), platforms(wanted)));
}

TEST(AssignTest, PinnedPlatformsMustBeTheVeryOnes) {
    auto nodes = pinned({"linux/amd64", "linux/arm64,linux/arm/v7"});
    auto of = [&](const std::string &wanted) {
        auto shares = assign_pinned(nodes, platforms(wanted));
        return shares ? text(*shares) : "none";
    };
    EXPECT_EQ(of("linux/arm64,linux/amd64,linux/arm/v7"),
              "1: linux/arm64,linux/arm/v7 0: linux/amd64");
    EXPECT_EQ(of("linux/amd64/v1"), "0: linux/amd64"); // another way to write it
    EXPECT_EQ(of("linux/386"), "none");
    EXPECT_EQ(of("linux/amd64,linux/arm/v6"), "none");
    EXPECT_EQ(of(""), "0: ");
}

TEST(AssignTest, EachPlatformGoesToTheNodeThatFitsBest) {
    EXPECT_EQ(assigned({"linux/amd64", "linux/beta"}, "linux/beta"), "1: linux/beta");
    EXPECT_EQ(assigned({"linux/amd64", "linux/riscv64", "linux/riscv64"}, "linux/riscv64"),
              "1: linux/riscv64");
    EXPECT_EQ(assigned({"linux/amd64"}, "linux/386"), "0: linux/386");
    EXPECT_EQ(assigned({"linux/arm/v8", "linux/arm/v7"}, "linux/arm/v7"), "1: linux/arm/v7");
    EXPECT_EQ(assigned({"linux/amd64", "linux/arm64", "linux/arm/v8"}, "linux/arm/v7"),
              "2: linux/arm/v7");
    EXPECT_EQ(assigned({"linux/amd64", "linux/arm64"}, "linux/arm/v7"), "1: linux/arm/v7");
    EXPECT_EQ(assigned({"linux/amd64", "linux/arm64/v9"}, "linux/arm64/v8.2"),
              "1: linux/arm64/v8.2");
    EXPECT_EQ(assigned({"windows(10.0.1)/amd64", "windows(10.0.2)/amd64"}, "windows(10.0.2)/amd64"),
              "1: windows(10.0.2)/amd64");
}

TEST(AssignTest, TheFirstNodeTakesWhatNoneCanRun) {
    EXPECT_EQ(assigned({"linux/amd64", "linux/arm/v7"}, "linux/arm/v8"), "0: linux/arm/v8");
    EXPECT_EQ(assigned({"linux/riscv64", "linux/amd64"}, ""), "0: ");
}

TEST(AssignTest, PlatformsAreNotGatheredOnANodeThatHasThemAll) {
    EXPECT_EQ(assigned({"linux/amd64", "linux/amd64,linux/riscv64"}, "linux/amd64,linux/riscv64"),
              "0: linux/amd64 1: linux/riscv64");
    EXPECT_EQ(assigned({"linux/amd64,linux/arm64", "linux/riscv64"},
                       "linux/amd64,linux/riscv64,linux/arm64"),
              "0: linux/amd64,linux/arm64 1: linux/riscv64");
}

TEST(AssignTest, NativeComesBeforeEmulated) {
    std::vector<NodePlatforms> nodes = {
        {.worker = platforms("linux/amd64,linux/amd64/v2,linux/arm64,linux/arm/v7")},
        {.worker = platforms("linux/arm64,linux/amd64")}};
    EXPECT_EQ(text(assign_platforms(nodes, platforms("linux/amd64,linux/arm64,linux/arm/v7"))),
              "0: linux/amd64 1: linux/arm64,linux/arm/v7");
    EXPECT_EQ(text(assign_platforms(nodes, platforms("linux/amd64/v2"))), "0: linux/amd64/v2");
    // A platform that no node runs natively is emulated where that is possible.
    nodes[1].worker.push_back(platforms("linux/s390x").front());
    EXPECT_EQ(text(assign_platforms(nodes, platforms("linux/s390x"))), "1: linux/s390x");
    // A platform that a node was created for counts as its own.
    nodes[0].pinned = platforms("linux/arm64");
    EXPECT_EQ(text(assign_platforms(nodes, platforms("linux/arm64"))), "0: linux/arm64");
}

} // namespace
} // namespace berth::builder
