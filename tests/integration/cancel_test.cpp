// SPDX-License-Identifier: Apache-2.0
// Ctrl-C, SIGTERM and the sudden death of the client end the build inside the builder.
#include "berth/util/file.hpp"

#include "support.hpp"

#include <chrono>
#include <csignal>
#include <thread>

namespace berth::test {
namespace {

using std::chrono::steady_clock;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class CancelTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = new World;
        builder = world->builder("cancel");
        world->write("slow/Dockerfile", "FROM busybox\nRUN echo ready && sleep 987\n");
    }
    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }
    static bool sleeps_in_builder() {
        auto processes = docker({"exec", "buildx_buildkit_" + builder + "0", "ps", "-o", "args"});
        return processes.out.find("sleep 987") != std::string::npos;
    }
    static bool is_connected() {
        auto processes = docker({"exec", "buildx_buildkit_" + builder + "0", "ps", "-o", "args"});
        return processes.out.find("buildctl dial-stdio") != std::string::npos;
    }
    static bool ends_soon() {
        auto deadline = steady_clock::now() + std::chrono::seconds(3);
        while (steady_clock::now() < deadline) {
            if (!sleeps_in_builder())
                return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
        return false;
    }
    static Result build_and_signal(int signal) {
        return run_and_signal(
            {BERTH_PROGRAM, "build", "--builder", builder, "--no-cache", world->folder("slow")},
            world->variables(), sleeps_in_builder, signal);
    }
    static inline World *world = nullptr;
    static inline std::string builder;
};

TEST_F(CancelTest, CtrlCEndsTheBuildWithAMessage) {
    auto result = build_and_signal(SIGINT);
    EXPECT_EQ(result.code, 130);
    EXPECT_THAT(result.err, HasSubstr("ERROR: failed to build: cancelled\n"));
    EXPECT_THAT(result.err, ContainsRegex("#[0-9]+ CANCELED\n")); // the step
    EXPECT_TRUE(ends_soon());
}

// A docker that ignores every signal but SIGKILL.
TEST_F(CancelTest, ASecondSignalEndsAtOnceAndLeavesNoProcess) {
    auto docker = world->write("deaf/docker", "#!/bin/sh\ntrap '' INT TERM\nsleep 986\n", 0755);
    auto result =
        run({"bash", "-c",
             "\"$0\" rm \"$1\" & sleep 0.5; kill -TERM $!; sleep 0.2; kill -TERM $!; wait $!",
             BERTH_PROGRAM, builder},
            world->variables({{"BERTH_DOCKER", docker}}));
    EXPECT_EQ(result.code, 143);
    EXPECT_EQ(count(result.err, "\nERROR: ended by a second signal"), 1u) << result.err;
    EXPECT_NE(run({"pgrep", "-f", "^sleep 986"}).code, 0);
}

TEST_F(CancelTest, CtrlCEndsAQuestion) {
    auto fifo = (world->path() / "silent").string();
    ASSERT_EQ(run({"mkfifo", fifo}).code, 0);
    int looks = 0;
    auto result = run_and_signal(
        {"sh", "-c", "exec 0<>\"$1\" && shift && exec \"$@\"", "sh", fifo, BERTH_PROGRAM, "prune",
         "--builder", builder},
        world->variables(), [&] { return ++looks > 10; }, SIGINT);
    EXPECT_EQ(result.code, 130);
    EXPECT_THAT(result.out, HasSubstr("[y/N]"));
    EXPECT_EQ(result.err, "ERROR: cancelled\n");
}

TEST_F(CancelTest, SigtermEndsTheBuild) {
    EXPECT_EQ(build_and_signal(SIGTERM).code, 143);
    EXPECT_TRUE(ends_soon());
}

TEST_F(CancelTest, AKilledClientEndsTheBuild) {
    EXPECT_EQ(build_and_signal(SIGKILL).code, 137);
    EXPECT_TRUE(ends_soon());
    EXPECT_FALSE(is_connected());
}

// When the client dies, the builder's sender has no reader, and must not wait forever.
TEST_F(CancelTest, AClientKilledDuringOutputsLeavesNothing) {
    world->write("big/Dockerfile", "FROM busybox\nRUN head -c 30000000 /dev/urandom >/big\n");
    auto fifo = (world->path() / "unread").string(), other = (world->path() / "other").string();
    ASSERT_EQ(run({"mkfifo", fifo}).code, 0);
    int looks = 0;
    auto result = run_and_signal(
        {"sh", "-c", "exec 3<>\"$1\" && shift && exec \"$@\" >&3", "sh", fifo, BERTH_PROGRAM,
         "build", "--builder", builder, "--output", "type=tar,dest=-", "--output",
         "type=oci,dest=" + other, world->folder("big")},
        world->variables(), [&] { return std::filesystem::exists(other) && ++looks > 20; },
        SIGKILL);
    EXPECT_EQ(result.code, 137) << result.err;
    for (int i = 0; i < 30 && is_connected(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_FALSE(is_connected());
    EXPECT_EQ(docker({"exec", "buildx_buildkit_" + builder + "0", "ls", "/tmp"}).out, "");
}

TEST_F(CancelTest, TheBuilderWorksAfterwards) {
    world->write("quick/Dockerfile", "FROM busybox\nRUN echo quick\n");
    auto result = world->berth({"build", "--builder", builder, world->folder("quick")});
    EXPECT_EQ(result.code, 0) << result.err;
}

TEST_F(CancelTest, AnInterruptedStartLeavesNothing) {
    auto name = world->name("interrupted");
    auto container = "buildx_buildkit_" + name + "0";
    auto result = run_and_signal(
        {BERTH_PROGRAM, "create", "--name", name, "--bootstrap"}, world->variables(),
        [&] { return !inspect(container).is_null(); }, SIGINT);
    if (result.code == 0) // it was quicker
        return;
    EXPECT_EQ(result.code, 130) << result.err;
    EXPECT_TRUE(inspect(container).is_null());
    EXPECT_NE(docker({"volume", "inspect", container + "_state"}).code, 0);
    EXPECT_THAT(world->berth({"ls"}).out, Not(HasSubstr(name)));
}

} // namespace
} // namespace berth::test
