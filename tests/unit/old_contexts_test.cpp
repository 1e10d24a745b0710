// SPDX-License-Identifier: Apache-2.0
#include "berth/job/old_contexts.hpp"
#include "berth/process/recording.hpp"

#include "temporary_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::job {
namespace {

TEST(OldContextsTest, AreRemovedOnceIfTheyMayExist) {
    test::TemporaryTree tree;
    process::RecordingRunner runner;
    docker::Docker docker(runner, "docker", "default", "default");
    auto remove = [&](const std::string &container) {
        runner.records.clear();
        remove_old_contexts(docker, container, tree.path());
        return runner.transcript();
    };
    EXPECT_EQ(remove("one"), "") << "never built with an older version";
    tree.file("contexts/some", "");
    runner.answers = {{.code = 1, .err = "is not running"}};
    EXPECT_THAT(remove("one"), ::testing::HasSubstr("exec one rm -rf /var/lib/buildkit/berth/"));
    EXPECT_THAT(remove("one"), ::testing::HasSubstr("exec one rm")) << "it did not work";
    EXPECT_EQ(remove("one"), "");
    EXPECT_THAT(remove("two"), ::testing::HasSubstr("exec two rm"));
}

} // namespace
} // namespace berth::job
