// SPDX-License-Identifier: Apache-2.0
#include "berth/builder/platform.hpp"
#include "berth/cli/table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::cli {
namespace {

// What docker buildx 0.29.1 showed for builders with these platforms.
TEST(TableTest, FoldsPlatformsLikeDockerBuildx) {
    struct Case {
        std::vector<std::string> platforms;
        const char *text;
    };
    for (const auto &[platforms, text] : std::initializer_list<Case>{
             {{}, ""},
             {{"linux/arm/v7*", "linux/arm/v6*"}, "linux/arm* (+2)"},
             {{"linux/arm/v7*"}, "linux/arm/v7*"},
             {{"linux/amd64", "linux/amd64/v2", "linux/amd64/v3", "linux/amd64/v4", "linux/386"},
              "linux/amd64 (+4), linux/386"},
             {{"linux/386*", "linux/amd64/v2*"}, "linux/amd64/v2*, linux/386*"},
             {{"windows/amd64*", "linux/386*", "linux/arm64*", "linux/amd64*"},
              "linux/amd64*, linux/arm64*, linux/386*, windows/amd64*"},
             {{"linux/amd64*", "linux/arm64*", "linux/arm/v7*", "linux/arm/v6*", "linux/386*",
               "linux/s390x*", "linux/ppc64le*"},
              "linux/amd64*, linux/arm64*, linux/arm* (+2), linux/ppc64le*, (2 more)"},
         })
        EXPECT_EQ(short_platforms(platforms), text);
}

TEST(TableTest, MarksFixedPlatforms) {
    store::NodeRecord node{.name = "a0", .endpoint = "e"};
    node.platforms = builder::parse_platforms({"linux/arm64"});
    EXPECT_THAT(node_platforms(node, {"linux/amd64", "linux/arm64"}),
                ::testing::ElementsAre("linux/arm64*", "linux/amd64"));
}

} // namespace
} // namespace berth::cli
