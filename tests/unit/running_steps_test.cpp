// SPDX-License-Identifier: Apache-2.0
#include "berth/progress/running_steps.hpp"

#include <gtest/gtest.h>

namespace berth::progress {
namespace {

Vertex vertex(const std::string &digest, bool started, bool completed) {
    Vertex vertex{.digest = digest, .name = "step " + digest};
    if (started)
        vertex.started = Time();
    if (completed)
        vertex.completed = Time();
    return vertex;
}

TEST(RunningStepsTest, EndsTheStepsThatRun) {
    RunningSteps steps;
    steps.look({.vertexes = {vertex("waits", false, false), vertex("done", true, false),
                             vertex("runs", true, false)}});
    steps.look({.vertexes = {vertex("done", true, true), vertex("cached", true, true)}});
    auto status = steps.cancelled(Time() + std::chrono::seconds(1));
    ASSERT_EQ(status.vertexes.size(), 1u);
    EXPECT_EQ(status.vertexes[0].name, "step runs");
    EXPECT_EQ(status.vertexes[0].error, "context canceled");
    EXPECT_EQ(status.vertexes[0].completed, Time() + std::chrono::seconds(1));
    EXPECT_TRUE(steps.cancelled(Time()).vertexes.empty());
}

} // namespace
} // namespace berth::progress
