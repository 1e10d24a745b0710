// SPDX-License-Identifier: Apache-2.0
// Build options from the environment.
#include "berth/job/environment_options.hpp"
#include "berth/util/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::job {
namespace {

using ::testing::ElementsAre;

BuildOptions with(BuildOptions options, std::map<std::string, std::string> variables) {
    add_environment(options, Environment(std::move(variables)));
    return options;
}

TEST(EnvironmentOptionsTest, TheEpochIsABuildArgumentUnlessGiven) {
    EXPECT_THAT(with({}, {{"SOURCE_DATE_EPOCH", "1"}}).build_args,
                ElementsAre("SOURCE_DATE_EPOCH=1"));
    BuildOptions given;
    given.build_args = {"SOURCE_DATE_EPOCH=2"};
    EXPECT_THAT(with(given, {{"SOURCE_DATE_EPOCH", "1"}}).build_args,
                ElementsAre("SOURCE_DATE_EPOCH=2"));
    EXPECT_TRUE(with({}, {{"SOURCE_DATE_EPOCH", ""}}).build_args.empty());
}

TEST(EnvironmentOptionsTest, ThePlatformUnlessGiven) {
    EXPECT_THAT(with({}, {{"DOCKER_DEFAULT_PLATFORM", "linux/arm64"}}).platforms,
                ElementsAre("linux/arm64"));
    BuildOptions given;
    given.platforms = {"linux/s390x"};
    EXPECT_THAT(with(given, {{"DOCKER_DEFAULT_PLATFORM", "linux/arm64"}}).platforms,
                ElementsAre("linux/s390x"));
}

TEST(EnvironmentOptionsTest, TheInlineCacheOfABuildArgument) {
    BuildOptions options;
    options.build_args = {"BUILDKIT_INLINE_CACHE"};
    EXPECT_THAT(with(options, {{"BUILDKIT_INLINE_CACHE", "1"}}).cache_to,
                ElementsAre("type=inline"));
    EXPECT_TRUE(with(options, {{"BUILDKIT_INLINE_CACHE", "0"}}).cache_to.empty());
    EXPECT_TRUE(with(options, {}).cache_to.empty());
}

TEST(EnvironmentOptionsTest, SwitchesThatAreNoBooleanAreRefused) {
    for (const auto *name : {"BUILDX_NO_DEFAULT_ATTESTATIONS", "BUILDX_NO_DEFAULT_OCI_ARTIFACT"}) {
        EXPECT_THROW(with({}, {{name, "maybe"}}), Error) << name;
        EXPECT_NO_THROW(with({}, {{name, "1"}})) << name;
    }
}

TEST(EnvironmentOptionsTest, TheSourcePolicy) {
    EXPECT_EQ(with({}, {{"EXPERIMENTAL_BUILDKIT_SOURCE_POLICY", "policy.json"}}).source_policy,
              "policy.json");
}

} // namespace
} // namespace berth::job
