// SPDX-License-Identifier: Apache-2.0
#include "berth/docker/engine_socket.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::docker {
namespace {

TEST(EngineSocketTest, ReportsImmediateRefusals) {
    test::TemporaryDirectory directory;
    auto none = "unix://" + (directory / "none.sock").string();
    EXPECT_EQ(why_nothing_listens(none),
              "Cannot connect to the Docker daemon at " + none + ". Is the docker daemon running?");
    EXPECT_THAT(why_nothing_listens("tcp://127.0.0.1:1"), ::testing::HasSubstr("127.0.0.1:1"));
    for (const auto *host :
         {"ssh://nowhere", "tcp://name.invalid:1", "tcp://127.0.0.1", "unix://", ""})
        EXPECT_EQ(why_nothing_listens(host), "") << host;
}

} // namespace
} // namespace berth::docker
