// SPDX-License-Identifier: Apache-2.0
// Several platforms of an image, for an engine with one platform per tag.
#include "berth/image/platform_load.hpp"
#include "berth/util/error.hpp"

#include "image_digest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::image {
namespace {

const std::string index_start =
    R"({"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[)";

std::string manifest(const std::string &digest, const std::string &platform) {
    return R"({"digest":")" + digest + R"(","platform":)" + platform + "}";
}

TEST(PlatformLoadTest, AnIndexWithoutItsAttestations) {
    auto platforms = read_image_index(
        index_start + manifest(digest('a'), R"({"os":"linux","architecture":"amd64"})") + "," +
        manifest(digest('b'), R"({"os":"linux","architecture":"arm","variant":"v7"})") + "," +
        manifest(digest('c'), R"({"os":"unknown","architecture":"unknown"})") + "]}");
    ASSERT_EQ(platforms.size(), 2u);
    EXPECT_EQ(platforms[0].platform, "linux/amd64");
    EXPECT_EQ(platforms[0].digest, digest('a'));
    EXPECT_EQ(platforms[1].platform, "linux/arm/v7");
}

TEST(PlatformLoadTest, AnImageIsNotAnIndex) {
    EXPECT_TRUE(read_image_index("").empty());
    EXPECT_TRUE(read_image_index("[]").empty());
    EXPECT_TRUE(read_image_index(
                    R"({"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[]})")
                    .empty());
}

TEST(PlatformLoadTest, AnIncompleteIndexIsAnError) {
    for (const auto &text :
         {index_start + "{}]}", index_start + R"(7]})",
          index_start + manifest("sha256:../x", R"({"os":"linux","architecture":"a"})") + "]}",
          index_start + manifest(digest('a'), R"({"os":"linux"})") + "]}"})
        EXPECT_THROW(read_image_index(text), Error) << text;
}

TEST(PlatformLoadTest, OneTagPerPlatform) {
    EXPECT_EQ(platform_tag("app", "linux/arm64"), "app:latest-arm64");
    EXPECT_EQ(platform_tag("registry.example:5000/app:1", "linux/arm/v7"),
              "registry.example:5000/app:1-arm-v7");
    EXPECT_EQ(platform_tag("docker.io/library/app:1", "windows/amd64"), "app:1-windows-amd64");
}

} // namespace
} // namespace berth::image
