// SPDX-License-Identifier: Apache-2.0
// A log of any length is complete even for a slow reader, and berth does not hold it in memory.
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <set>

namespace berth::test {
namespace {

class LongLogTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = new World;
        builder = world->builder("log", {"--driver-opt", "env.BUILDKIT_STEP_LOG_MAX_SIZE=-1",
                                         "--driver-opt", "env.BUILDKIT_STEP_LOG_MAX_SPEED=-1"});
        // 100 bytes a line. Their ends are counted, since a line may be cut in two: BuildKit can
        // say that a step is done before it sends the rest of its log (docker buildx cuts more).
        world->write("app/Dockerfile", "FROM busybox\nARG LINES\nRUN yes " + std::string(98, 'x') +
                                           "y | head -n $LINES; echo the last line\n");
        EXPECT_EQ(build("plain", 1, "cat").code, 0);
    }
    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }

    // Exit code and the most memory that berth had (kB, on a line); the log goes where `into` says.
    static Result build(const std::string &progress, int lines, const std::string &into) {
        auto script = shell_quote(BERTH_PROGRAM) + " build --builder " + builder +
                      " --no-cache --progress " + progress +
                      " --build-arg LINES=" + std::to_string(lines) + " " + world->folder("app") +
                      R"( 2>&5 &
                      while most=$(sed -n 's/VmHWM:[^0-9]*\([0-9]*\).*/\1/p' /proc/$!/status) && [ "$most" ]; do
                          echo "$most"
                          sleep 0.1
                      done 2>/dev/null
                      wait $!)";
        return run(
            {"bash", "-c", "exec 5> >(" + into + " >" + world->folder("log") + ")\n" + script},
            world->variables());
    }
    static long most_memory(const Result &result) {
        long most = 0;
        for (const auto &line : split(trim(result.out), '\n'))
            most = std::max(most, static_cast<long>(parse_integer(line).value_or(0)));
        return most;
    }
    // Once the reader is done.
    static std::string log_end() {
        std::string end;
        for (int i = 0; i < 100 && end.find("the last line") == std::string::npos; ++i) {
            run({"sleep", "0.1"});
            end = run({"tail", "-c", "3000", world->folder("log")}).out;
        }
        return end;
    }

    static inline World *world = nullptr;
    static inline std::string builder;
};

TEST_F(LongLogTest, IsCompleteAndNotHeldInMemory) {
    constexpr int lines = 500'000; // 50 MB
#ifdef BERTH_SANITIZED
    constexpr long allowed = 256'000;
#else
    constexpr long allowed = 64'000;
#endif
    for (const std::string progress : {"plain", "rawjson"}) {
        auto result = build(progress, lines, "cat");
        EXPECT_EQ(result.code, 0) << progress;
        EXPECT_GT(most_memory(result), 1000) << "the test looks at the right process";
        EXPECT_LT(most_memory(result), allowed) << progress;
        if (progress == "plain") {
            EXPECT_THAT(log_end(), ::testing::HasSubstr("the last line"));
            EXPECT_EQ(trim(run({"grep", "-c", "y$", world->folder("log")}).out),
                      std::to_string(lines));
        }
    }
}

// BuildKit itself gives up after three seconds.
TEST_F(LongLogTest, WaitsForASlowReader) {
    auto result = build("plain", 100'000, "sleep 6; cat");
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(log_end(), ::testing::HasSubstr("the last line"));
}

// Two seconds after the end of a command, docker drops bytes in transit. Their number depends on
// buffers, so the test uses several sizes.
TEST_F(LongLogTest, TheEndReachesALateReader) {
    auto result = run(
        {"bash", "-c",
         "seq 17600 400 20800 | xargs -P 9 -n 1 sh -c '" + shell_quote(BERTH_PROGRAM) +
             " build --builder " + builder + " --no-cache --progress plain --build-arg LINES=$0 " +
             world->folder("app") + R"( 2>&1 | { sleep 9; grep -cE "y$|[0-9] the last line$"; }')"},
        world->variables());
    ASSERT_EQ(result.code, 0) << result.err;
    std::multiset<std::string> counts;
    for (const auto &line : split(trim(result.out), '\n'))
        counts.insert(line);
    std::multiset<std::string> wanted;
    for (int lines = 17'600; lines <= 20'800; lines += 400)
        wanted.insert(std::to_string(lines + 1)); // the last line
    EXPECT_EQ(counts, wanted);
}

TEST_F(LongLogTest, AnOutputReachesALateReader) {
    world->write("one/Dockerfile", "FROM scratch\nCOPY file /\n");
    auto result = run({"bash", "-c",
                       "cd " + world->folder("one") + R"(
                       head -c 2700000 /dev/urandom >all
                       export BERTH=)" +
                           shell_quote(BERTH_PROGRAM) + " BUILDER=" + builder + R"(
                       seq 2200000 60000 2700000 | xargs -P 9 -n 1 sh -c '
                           mkdir $0 && cp Dockerfile $0 && head -c $0 all >$0/file &&
                           "$BERTH" build --builder $BUILDER --progress quiet -o - $0 | (sleep 9; cat >$0.tar)
                           tar xOf $0.tar file | cmp - $0/file && echo whole $0')"},
                      world->variables());
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(count(result.out, "whole"), 9u) << result.out << result.err;
}

} // namespace
} // namespace berth::test
