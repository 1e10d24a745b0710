// SPDX-License-Identifier: Apache-2.0
#include "berth/image/tag.hpp"
#include "berth/util/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::image {
namespace {

using ::testing::HasSubstr;

TEST(TagTest, TakesWhatDockerTakes) {
    for (const auto *tag : {"app", "app:1.0", "team/app", "docker.io/library/app:x",
                            "localhost:5000/app", "registry.example:443/team/sub/app:v1_2-3",
                            "a--b/c__d.e:TAG", "[::1]:5000/app", "Registry.example/app"})
        EXPECT_NO_THROW(check_tag(tag)) << tag;
}

TEST(TagTest, RefusesWhatDockerRefuses) {
    for (const auto *tag :
         {"", ":x", "app:", "app:a b", "app:.x", "-app", "app-", "a..b", "a___b", "a//b", "/app",
          "app/", "app:x:y/z", "registry.example:port/app", "a b", "app\n", "app:$(id)"})
        EXPECT_THROW(check_tag(tag), Error) << tag;
}

TEST(TagTest, SaysThatNamesAreLowerCase) {
    try {
        check_tag("UPPER");
        FAIL() << "must throw";
    } catch (const Error &error) {
        EXPECT_STREQ(error.what(), "invalid tag \"UPPER\": repository name must be lowercase");
        EXPECT_EQ(error.code(), ExitCode::usage);
    }
}

// docker would report it only after the build.
TEST(TagTest, ReportsALongName) {
    const std::string path(255, 'a');
    EXPECT_NO_THROW(check_tag("localhost:5000/" + path));
    EXPECT_NO_THROW(check_tag(path.substr(8)));
    EXPECT_NO_THROW(check_tag("a:" + path.substr(0, 128)));
    for (const auto &tag : {"localhost:5000/a" + path, path.substr(7), path + "/b"})
        try {
            check_tag(tag);
            ADD_FAILURE() << tag;
        } catch (const Error &error) {
            EXPECT_THAT(error.what(), HasSubstr("must not be more than 255 characters"));
        }
}

TEST(TagTest, FamiliarFormIsTheOneInspectTells) {
    EXPECT_EQ(familiar_tag("app"), "app:latest");
    EXPECT_EQ(familiar_tag("app:1"), "app:1");
    EXPECT_EQ(familiar_tag("docker.io/library/app:1"), "app:1");
    EXPECT_EQ(familiar_tag("docker.io/team/app"), "team/app:latest");
    EXPECT_EQ(familiar_tag("localhost:5000/app"), "localhost:5000/app:latest");
    EXPECT_EQ(familiar_tag("library/app"), "app:latest");
    EXPECT_EQ(familiar_tag("docker.io/library/a/b:1"), "library/a/b:1");
    EXPECT_EQ(full_tag("library/app"), "docker.io/library/app:latest");
}

// As docker buildx and BuildKit look them up: reference.FamiliarString without ":latest".
TEST(TagTest, AContextHasOneNameInAllItsForms) {
    for (const auto *name : {"busybox", "busybox:latest", "library/busybox", "docker.io/busybox",
                             "docker.io/library/busybox:latest", "index.docker.io/library/busybox"})
        EXPECT_EQ(context_name(name), "busybox") << name;
    EXPECT_EQ(context_name("busybox:1.36"), "busybox:1.36");
    EXPECT_EQ(context_name("base-2"), "base-2");
    EXPECT_EQ(context_name("localhost:5000/a:latest"), "localhost:5000/a");
    for (const auto *name : {"Base", "busybox@sha256:aa", "a b"})
        EXPECT_THROW(context_name(name), Error) << name;
}

} // namespace
} // namespace berth::image
