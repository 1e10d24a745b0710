// SPDX-License-Identifier: Apache-2.0
// The integration tests need a real engine: without one, every test fails with a hint.
#include "support.hpp"

namespace {

class EngineCheck : public ::testing::EmptyTestEventListener {
    void OnTestStart(const ::testing::TestInfo &) override {
        static const auto answer =
            berth::test::docker({"version", "--format", "{{.Server.Version}}"});
        if (answer.code != 0)
            GTEST_FAIL() << "no docker engine: run ./dev/test, or `eval \"$(dev/engine env)\"`\n"
                         << answer.err;
    }
};

} // namespace

int main(int argc, char **argv) {
    ::testing::InitGoogleTest(&argc, argv);
    ::testing::UnitTest::GetInstance()->listeners().Append(new EngineCheck);
    return RUN_ALL_TESTS();
}
