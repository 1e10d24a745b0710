// SPDX-License-Identifier: Apache-2.0
// The real runner, with commands of every POSIX system.
#include "berth/process/real_runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <thread>
#include <utility>
#include <vector>

namespace berth::process {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

Command sh(const std::string &script) {
    return {.argv = {"sh", "-c", script}};
}

class RealRunnerTest : public ::testing::Test {
  protected:
    Cancellation cancellation;
    RealRunner runner{cancellation, milliseconds(300)};
};

TEST_F(RealRunnerTest, KeepsOutputErrorAndExitCodeApart) {
    auto outcome = runner.run(sh("echo out; echo err >&2; exit 3"));
    EXPECT_EQ(outcome.kind, Outcome::Kind::exited);
    EXPECT_EQ(outcome.code, 3);
    EXPECT_EQ(outcome.out, "out\n");
    EXPECT_EQ(outcome.err, "err\n");
    EXPECT_FALSE(outcome.ok());
}

// A supervisor passes that on.
TEST_F(RealRunnerTest, KeepsExitCodesWhereTheCallerIgnoresSigchld) {
    ::signal(SIGCHLD, SIG_IGN);
    RealRunner other(cancellation);
    EXPECT_EQ(other.run(sh("exit 3")).code, 3);
}

TEST_F(RealRunnerTest, AddsToPathAndSetsVariables) {
    auto command = sh("printf '%s|%s|%s' \"$PATH\" \"$SHORT\" \"$HOME\"");
    command.environment = {{"PATH", "/usr/bin:/bin"}, {"SHORT", ""}};
    command.first_on_path = "/first";
    EXPECT_EQ(runner.run(command).out, "/first:/usr/bin:/bin||" + std::string(std::getenv("HOME")));
}

TEST_F(RealRunnerTest, ReportsAMissingProgram) {
    auto outcome = runner.run({.argv = {"no-such-program-anywhere"}});
    EXPECT_EQ(outcome.kind, Outcome::Kind::not_started);
    EXPECT_THAT(describe_failure({.argv = {"no-such-program-anywhere"}}, outcome),
                HasSubstr("`no-such-program-anywhere` could not be started"));
}

TEST_F(RealRunnerTest, ReportsACommandThatIsTooLong) {
    Command command{.argv = {"true", std::string(std::size_t{1} << 20, 'x')}};
    auto said = describe_failure(command, runner.run(command));
    EXPECT_THAT(said, HasSubstr("could not be started: Argument list too long"));
    EXPECT_LT(said.size(), 5000u);
}

TEST_F(RealRunnerTest, ReportsASignal) {
    auto outcome = runner.run(sh("kill -9 $$"));
    EXPECT_EQ(outcome.kind, Outcome::Kind::signalled);
    EXPECT_EQ(outcome.code, 9);
}

TEST_F(RealRunnerTest, EndsASlowCommand) {
    auto command = sh("sleep 60");
    command.timeout = milliseconds(100);
    auto outcome = runner.run(command);
    EXPECT_EQ(outcome.kind, Outcome::Kind::timed_out);
    EXPECT_LT(outcome.elapsed, milliseconds(5000));
}

TEST_F(RealRunnerTest, FeedsInputAndStreamsOutput) {
    int rounds = 1000;
    std::size_t received = 0;
    Streams streams;
    streams.input = [&](char *buffer, std::size_t size) -> std::size_t {
        if (rounds-- == 0)
            return 0;
        std::fill(buffer, buffer + size, 'x');
        return size;
    };
    std::size_t expected = 1000u << 18;
    streams.on_output = [&](std::string_view bytes) { received += bytes.size(); };
    EXPECT_TRUE(runner.run({.argv = {"cat"}}, streams).ok());
    EXPECT_EQ(received, expected);
}

TEST_F(RealRunnerTest, SurvivesACommandThatReadsNoInput) {
    Streams streams;
    streams.input = [](char *buffer, std::size_t size) {
        std::fill(buffer, buffer + size, 'x');
        return size;
    };
    EXPECT_TRUE(runner.run(sh("exec <&-; true"), streams).ok());
}

TEST_F(RealRunnerTest, HoldsInputOpenUntilACancel) {
    std::jthread later([this] {
        std::this_thread::sleep_for(milliseconds(100));
        cancellation.cancel(2);
    });
    Streams streams;
    streams.hold_input_open = true;
    auto outcome = runner.run(sh("cat; echo saw the end"), streams);
    EXPECT_EQ(outcome.kind, Outcome::Kind::cancelled);
    EXPECT_EQ(outcome.out, "saw the end\n");
}

TEST_F(RealRunnerTest, ACancelEndsACommandThatIgnoresIt) {
    std::jthread later([this] {
        std::this_thread::sleep_for(milliseconds(100));
        cancellation.cancel(15);
    });
    auto outcome = runner.run(sh("trap '' TERM; sleep 60 & wait; sleep 60"));
    EXPECT_EQ(outcome.kind, Outcome::Kind::cancelled);
    EXPECT_LT(outcome.elapsed, milliseconds(5000));
}

TEST_F(RealRunnerTest, DoesNotWaitForAGrandchildThatKeepsThePipe) {
    auto outcome = runner.run(sh("sleep 5 & echo done"));
    EXPECT_EQ(outcome.out, "done\n");
    EXPECT_LT(outcome.elapsed, milliseconds(4000));
}

TEST_F(RealRunnerTest, RethrowsAnErrorOfTheInput) {
    Streams streams;
    streams.input = [](char *, std::size_t) -> std::size_t { throw std::runtime_error("no file"); };
    EXPECT_THROW(runner.run(sh("sleep 60"), streams), std::runtime_error);
}

TEST_F(RealRunnerTest, RethrowsAnErrorOfTheOutput) {
    Streams streams;
    streams.on_output = [](std::string_view) { throw std::runtime_error("no room"); };
    EXPECT_THROW(runner.run(sh("echo x; sleep 60"), streams), std::runtime_error);
}

// `--debug` shows every command.
TEST_F(RealRunnerTest, SaysHowACommandEndedThatAnErrorEnds) {
    std::vector<Outcome::Kind> ends;
    runner.on_end = [&](const Command &, const Outcome &outcome) { ends.push_back(outcome.kind); };
    Streams streams;
    streams.on_output = [](std::string_view) { throw std::runtime_error("no room"); };
    EXPECT_THROW(runner.run(sh("echo x; sleep 60"), streams), std::runtime_error);
    EXPECT_THAT(ends, ::testing::ElementsAre(Outcome::Kind::signalled));
}

TEST_F(RealRunnerTest, HangsUpWithoutWaitingForTheExit) {
    bool more = true;
    auto begin = std::chrono::steady_clock::now();
    auto outcome = runner.run({.argv = {"sh", "-c", "cat >/dev/null; sleep 30"}},
                              {.input =
                                   [&](char *buffer, std::size_t) {
                                       *buffer = 'x';
                                       return std::exchange(more, false) ? 1u : 0u;
                                   },
                               .hang_up = [] { return true; }});
    EXPECT_EQ(outcome.kind, Outcome::Kind::hung_up);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST_F(RealRunnerTest, RunsInParallel) {
    auto outcomes = runner.run_all({sh("sleep 0.3; echo a"), sh("sleep 0.3; echo b")});
    ASSERT_EQ(outcomes.size(), 2u);
    EXPECT_EQ(outcomes[0].out, "a\n");
    EXPECT_EQ(outcomes[1].out, "b\n");
}

// A command that inherited a descriptor of another one's start would block that start.
TEST_F(RealRunnerTest, CommandsStartedAtOnceGetNothingOfEachOther) {
    const Command list = {.argv = {"ls", "/dev/fd"}};
    auto alone = runner.run(list).out;
    ASSERT_THAT(alone, HasSubstr("2\n"));
    constexpr std::size_t at_once = 8, rounds = 30;
    for (std::size_t round = 0; round < rounds; ++round)
        for (const auto &outcome : runner.run_all(std::vector<Command>(at_once, list)))
            ASSERT_EQ(outcome.out, alone);
}

} // namespace
} // namespace berth::process
