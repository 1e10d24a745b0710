// SPDX-License-Identifier: Apache-2.0
// Generated command lines have the same effects as with docker buildx (dev/compare-command-lines).
#include "support.hpp"

namespace berth::test {
namespace {

class CommandLinesTest : public ::testing::Test {
  protected:
    static void expect_equal(std::vector<std::string> options) {
        options.insert(options.begin(),
                       std::string(BERTH_TEST_DATA) + "/../dev/compare-command-lines");
        auto result = run(options, {{"BERTH", BERTH_PROGRAM}});
        EXPECT_EQ(result.code, 0) << result.out << result.err;
    }
};

TEST_F(CommandLinesTest, TheStoreIsTheSame) {
    expect_equal({"--lines", "400", "--seed", "1"});
}

TEST_F(CommandLinesTest, BuildsSendTheSameRequests) {
    expect_equal({"--builds", "--lines", "120", "--seed", "1"});
}

TEST_F(CommandLinesTest, ContainersAreTheSame) {
    expect_equal({"--containers"});
}

} // namespace
} // namespace berth::test
