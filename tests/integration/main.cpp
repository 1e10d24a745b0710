// SPDX-License-Identifier: Apache-2.0
// The integration tests need a real engine: without one, every test fails with a hint.
#include "support.hpp"

#include <csignal>

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
    // A shell starts `./dev/test &` with these ignored, nohup with SIGHUP, and berth keeps that.
    for (int signal : {SIGINT, SIGQUIT, SIGHUP})
        std::signal(signal, SIG_DFL);
    return RUN_ALL_TESTS();
}
