// SPDX-License-Identifier: Apache-2.0
// The images of a Dockerfile that exist only in the engine, and their transfer to the builder.
#include "berth/job/local_images.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::job {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;

auto is_image(const std::string &name, const std::string &platform) {
    return AllOf(Field("name", &ImageReference::name, name),
                 Field("platform", &ImageReference::platform, platform));
}

TEST(LocalImagesTest, TheImagesOfADockerfile) {
    EXPECT_THAT(
        image_references(
            "ARG TAG=1\nARG NAME\nFROM --platform=linux/arm64 me/base:$TAG AS base\n"
            "FROM base\nFROM scratch\nFROM ${NAME:-other}\nFROM --platform=$BUILDPLATFORM $MINE\n"
            "FROM x@sha256:aa\nFROM replaced\n"
            "COPY --from=tools /a /b\nCOPY --from=0 /a /b\n"
            "COPY --from=base /a /b\nFROM other:latest\n",
            {.build_contexts = {"replaced=/x"}, .build_args = {"MINE=mine"}}),
        ElementsAre(is_image("me/base:1", "linux/arm64"), is_image("other", ""),
                    is_image("mine", ""), is_image("tools", "")));
}

} // namespace
} // namespace berth::job
