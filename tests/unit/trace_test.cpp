// SPDX-License-Identifier: Apache-2.0
// The kept log of a step is bounded.
#include "../../src/progress/trace.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace berth::progress {
namespace {

constexpr std::size_t limit = 10'000;

class TraceTest : public ::testing::Test {
  protected:
    TraceTest() { trace.update({.vertexes = {{.digest = "a", .name = "a", .started = now}}}, now); }
    void log(const std::string &data) {
        trace.update({.logs = {{.vertex = "a", .data = data, .timestamp = now}}}, now);
    }
    std::size_t kept() const {
        const auto &lines = trace.steps().at(0)->log;
        return std::accumulate(lines.begin(), lines.end(), std::size_t(0),
                               [](auto sum, const auto &line) { return sum + line.size(); });
    }
    const std::string &last() const { return trace.steps().at(0)->log.back(); }

    Time now = Time::clock::now();
    Trace trace{limit};
};

TEST_F(TraceTest, DropsOldLines) {
    for (int i = 0; i < 10'000; ++i)
        log("short " + std::to_string(i) + "\nand\n\n");
    EXPECT_LE(kept(), limit);
    EXPECT_GT(kept(), limit / 10);
    log("the last\n");
    EXPECT_TRUE(last().ends_with(" the last"));
}

TEST_F(TraceTest, CutsALineWithoutAnEnd) {
    for (int i = 0; i < 1000; ++i) {
        log(std::string(997, 'x').append("end"));
        ASSERT_LE(kept(), limit) << i;
        ASSERT_TRUE(last().ends_with("xend"));
    }
    EXPECT_GE(kept(), limit / 4);
    log("\nthe next\n");
    EXPECT_TRUE(last().ends_with(" the next"));
}

} // namespace
} // namespace berth::progress
