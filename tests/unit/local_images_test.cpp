// SPDX-License-Identifier: Apache-2.0
// Which images of a Dockerfile are the engine's alone, and what of them a builder is sent.
#include "berth/job/local_images.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::job {
namespace {

using ::testing::ElementsAre;

TEST(LocalImagesTest, TheImagesOfADockerfile) {
    EXPECT_THAT(
        image_references("ARG TAG=1\nARG NAME\nFROM --platform=linux/amd64 me/base:$TAG AS base\n"
                         "FROM base\nFROM scratch\nFROM ${NAME:-other}\nFROM $MINE\n"
                         "FROM x@sha256:aa\nFROM replaced\n"
                         "COPY --from=tools /a /b\nCOPY --from=0 /a /b\n"
                         "COPY --from=base /a /b\nFROM other:latest\n",
                         {.build_contexts = {"replaced=/x"}, .build_args = {"MINE=mine"}}),
        ElementsAre("me/base:1", "other", "mine", "tools"));
}

} // namespace
} // namespace berth::job
