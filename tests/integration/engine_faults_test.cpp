// SPDX-License-Identifier: Apache-2.0
// An engine of the test's own is killed, or stopped, while berth works on it: expects one error in
// bounded time, and that the same command works once the engine is back.
#include "berth/util/strings.hpp"

#include "own_engine.hpp"

#include <chrono>
#include <csignal>
#include <future>
#include <thread>

namespace berth::test {
namespace {

using std::chrono::milliseconds, std::chrono::seconds;
using ::testing::HasSubstr;
using Words = std::vector<std::string>;

class EngineFaultsTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        if (!OwnEngine::possible())
            return;
        world = std::make_unique<World>();
        engine = std::make_unique<OwnEngine>(*world, "engine");
    }
    static void TearDownTestSuite() {
        engine.reset();
        world.reset();
    }
    void SetUp() override {
        if (!engine)
            GTEST_SKIP() << "a private engine needs root, and the tests run on the user's own";
    }
    static Words create() {
        Words words = {"create", "--name", "own", "--bootstrap"};
        for (const auto &option : engine->options())
            words.push_back(option);
        return words;
    }
    // Runs the command, sends `number` to the engine after a time, and waits for the end.
    Result disturb(const Words &words, milliseconds after, int number) {
        auto running = std::async(std::launch::async, [&] { return engine->berth(words); });
        std::this_thread::sleep_for(after);
        engine->signal(number);
        return running.get();
    }
    // A command that ended before the engine did may have succeeded.
    void kill_during(const Words &words, const std::vector<int> &times) {
        for (auto after : times) {
            auto what = join(words, " ") + ", killed after " + std::to_string(after) + " ms\n";
            auto begin = std::chrono::steady_clock::now();
            auto result = disturb(words, milliseconds(after), SIGKILL);
            EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(40)) << what;
            expect_one_error(result, what);
            engine->start();
            auto again = engine->berth(words);
            EXPECT_EQ(again.code, 0) << "again, after " << what << result.err << again.err;
        }
    }
    static inline std::unique_ptr<World> world;
    static inline std::unique_ptr<OwnEngine> engine;
};

TEST_F(EngineFaultsTest, KilledAtEveryStage) {
    world->write("app/Dockerfile", "FROM busybox\nCOPY big /big\nRUN sleep 0.3; "
                                   "head -c 20000000 /dev/urandom >/new\n");
    world->write("app/big", std::string(20'000'000, 'x'));
    for (int after : {20, 150, 400}) {
        kill_during(create(), {after});
        EXPECT_EQ(engine->berth({"rm", "--force", "own"}).code, 0);
    }
    ASSERT_EQ(engine->berth(create()).code, 0);
    kill_during({"build", "--builder", "own", "--no-cache", "--load", "-t", "own-image",
                 world->folder("app")},
                {30, 150, 400, 700, 1000});
    auto loaded = engine->docker({"run", "--rm", "own-image", "ls", "/new"});
    EXPECT_EQ(loaded.out, "/new\n") << loaded.err;
    for (int after : {15, 60}) {
        auto removed = disturb({"rm", "own"}, milliseconds(after), SIGKILL);
        expect_one_error(removed, "rm");
        engine->start();
        // As the error advises.
        if (removed.code != 0) {
            EXPECT_THAT(removed.err, HasSubstr("berth prune --orphans"));
            EXPECT_EQ(engine->berth({"prune", "--orphans", "--force"}).code, 0);
        }
        EXPECT_EQ(engine->docker({"container", "ls", "--all", "--quiet"}).out, "");
        EXPECT_THAT(engine->docker({"volume", "ls", "--quiet"}).out,
                    ::testing::Not(HasSubstr("own")));
        ASSERT_EQ(engine->berth(create()).code, 0);
    }
    EXPECT_EQ(engine->berth({"rm", "own"}).code, 0);
}

TEST_F(EngineFaultsTest, AnEngineThatStopsAnswering) {
    ASSERT_EQ(engine->berth(create()).code, 0);
    world->write("app/Dockerfile", "FROM busybox\nRUN sleep 3\n");
    auto begin = std::chrono::steady_clock::now();
    auto built =
        disturb({"build", "--builder", "own", world->folder("app")}, milliseconds(1000), SIGSTOP);
    auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_NE(built.code, 0);
    expect_one_error(built, "build");
    EXPECT_GT(took, seconds(30));
    EXPECT_LT(took, seconds(80));
    begin = std::chrono::steady_clock::now();
    auto listed = engine->berth({"ls"});
    EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(10));
    EXPECT_EQ(listed.code, 0) << listed.err;
    EXPECT_THAT(listed.out, HasSubstr("own")) << listed.out;
    engine->signal(SIGCONT);
    auto again = engine->berth({"build", "--builder", "own", world->folder("app")});
    EXPECT_EQ(again.code, 0) << again.err;
}

} // namespace
} // namespace berth::test
