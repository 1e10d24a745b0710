// SPDX-License-Identifier: Apache-2.0
// The order of targets: dependencies, --jobs, failures.
#include "../../src/job/target_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

namespace berth::job {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

NamedTarget target(const std::string &name, const std::vector<std::string> &parents = {}) {
    NamedTarget result{.name = name, .options = {}};
    for (const auto &parent : parents)
        result.links.push_back({"context-" + parent, parent});
    return result;
}

std::string error_of(const std::vector<NamedTarget> &targets) {
    try {
        read_links(targets);
    } catch (const Error &error) {
        return std::string(error.what()) + "|" + error.hint();
    }
    return "";
}

TEST(TargetLinksTest, NamesErrors) {
    EXPECT_EQ(error_of({target("a"), target("b", {"a"}), target("c", {"a", "b"})}), "");
    EXPECT_THAT(error_of({target("app"), target("b", {"apq"})}),
                HasSubstr("target b: failed to find target apq for context context-apq|did you "
                          "mean 'app'?"));
    EXPECT_THAT(error_of({target("a"), target("a")}), HasSubstr("two targets named a"));
    EXPECT_THAT(error_of({target("a", {"a"})}), HasSubstr("a -> a"));
    // A target that depends on the cycle is not part of it.
    EXPECT_THAT(
        error_of({target("x", {"a"}), target("a", {"b"}), target("b", {"c"}), target("c", {"a"})}),
        HasSubstr("depend on each other: a -> b -> c -> a"));
}

// Runs all targets on threads of their own, like build_targets(), and records their steps.
class TargetOrderTest : public ::testing::Test {
  protected:
    void run(const std::vector<NamedTarget> &targets, const std::string &jobs,
             const std::string &failing = "", const std::string &at = "",
             const std::vector<std::size_t> &nodes = {}) {
        events.clear();
        auto graph = read_links(targets);
        auto read = read_jobs(jobs);
        std::vector<std::string> names;
        for (const auto &one : targets)
            names.push_back(one.name);
        TargetOrder order(graph, names, read, nodes);
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < targets.size(); ++i)
            threads.emplace_back([&, i] {
                bool worked = false;
                auto step = [&](const std::string &name) {
                    work(names[i] + " " + name);
                    if (names[i] == failing && name == at)
                        throw Error("fails");
                };
                try {
                    order.begin(i);
                    step("solve");
                    order.solved(i);
                    step("build");
                    order.built(i);
                    step("export");
                    worked = true;
                } catch (const TargetAborted &error) {
                    note(names[i] + " " + error.what());
                } catch (const Error &) {
                }
                order.ended(i, worked);
            });
    }
    void note(const std::string &event) {
        std::lock_guard lock(mutex);
        events.push_back(event);
    }
    void work(const std::string &event) {
        most = std::max(most.load(), ++working);
        note(event);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        --working;
    }
    void expect_before(const std::string &first, const std::string &second) {
        auto begin = events.begin(), end = events.end();
        auto a = std::find(begin, end, first), b = std::find(begin, end, second);
        EXPECT_NE(b, end) << second;
        EXPECT_LT(a - begin, b - begin) << first << ", " << second;
    }

    std::mutex mutex;
    std::vector<std::string> events;
    std::atomic<int> working{0}, most{0};
};

const std::vector<NamedTarget> linked = {target("d", {"b", "c"}), target("b", {"a"}),
                                         target("c", {"a"}), target("a"), target("e")};

TEST_F(TargetOrderTest, ResultsPassBeforeBuildsAndEndsFollowInReverse) {
    for (const std::string jobs : {"", "1", "2", "defer-error", "defer-output,parallel=1"}) {
        run(linked, jobs);
        ASSERT_EQ(events.size(), 15u) << jobs;
        for (const std::string child : {"b", "c"}) {
            expect_before("a solve", child + " solve");
            expect_before(child + " solve", "d solve");
            expect_before(child + " solve", "a build");
            expect_before("a build", child + " build");
            expect_before("d build", child + " export");
            expect_before(child + " build", "a export");
        }
    }
}

TEST_F(TargetOrderTest, ParallelCountsWorkingTargets) {
    run(linked, "parallel=1");
    EXPECT_EQ(most, 1);
    std::vector<NamedTarget> many;
    for (int i = 0; i < 40; ++i)
        many.push_back(target("t" + std::to_string(i)));
    most = 0;
    run(many, "3");
    EXPECT_LE(most, 3);
    EXPECT_EQ(events.size(), 120u);
}

TEST_F(TargetOrderTest, EachNodeHasItsOwnJobs) {
    std::vector<NamedTarget> many;
    std::vector<std::size_t> nodes;
    for (std::size_t i = 0; i < 20; ++i) {
        many.push_back(target("t" + std::to_string(i)));
        nodes.push_back(i < 10 ? 0 : 1);
    }
    run(many, "1", "", "", nodes);
    EXPECT_EQ(most, 2);
    EXPECT_EQ(events.size(), 60u);
    expect_before("t0 export", "t1 solve");
    expect_before("t10 export", "t11 solve");
}

TEST_F(TargetOrderTest, EarlierTargetsComeFirst) {
    const std::vector<NamedTarget> three = {target("bad"), target("behind", {"bad"}),
                                            target("slow")};
    for (int i = 0; i < 20; ++i) {
        run(three, "1", "bad", "build");
        EXPECT_THAT(events, Contains("slow not started: another target failed"));
        EXPECT_THAT(events, Contains("behind aborted: target bad failed"));
    }
    run(three, "1");
    EXPECT_THAT(events, ::testing::ElementsAre("bad solve", "behind solve", "bad build",
                                               "behind build", "behind export", "bad export",
                                               "slow solve", "slow build", "slow export"));
}

TEST_F(TargetOrderTest, DeferredOutputWaitsForAll) {
    for (const std::string jobs : {"defer-output", "defer-output,parallel=1"}) {
        run(linked, jobs);
        for (const std::string built : {"a", "b", "c", "d", "e"})
            for (const std::string exported : {"a", "b", "c", "d", "e"})
                expect_before(built + " build", exported + " export");
        run(linked, jobs, "e", "build");
        for (const auto &event : events)
            EXPECT_THAT(event, ::testing::Not(HasSubstr("export")));
    }
}

TEST_F(TargetOrderTest, AFailureAbortsDependentTargets) {
    for (const std::string at : {"solve", "build"}) {
        run(linked, "defer-error", "b", at);
        EXPECT_THAT(events, Contains("d aborted: target b failed"));
        EXPECT_THAT(events, Contains("a export"));
        EXPECT_THAT(events, Contains("c export"));
        EXPECT_THAT(events, Contains("e export"));
    }
    run(linked, "fail-fast,parallel=1", "a", "solve");
    EXPECT_THAT(events, ::testing::Not(Contains("d solve")));
    EXPECT_THAT(events, ::testing::Not(Contains("b solve")));
}

TEST(JobsTest, ValuesOfDockerBuildx) {
    struct Row {
        std::string text;
        JobsMode mode;
        std::size_t parallel;
    };
    for (const auto &row :
         std::vector<Row>{{"", JobsMode::fail_fast, 0},
                          {" 2 ", JobsMode::fail_fast, 2},
                          {"defer-error", JobsMode::defer_error, 0},
                          {"mode=defer-output, Parallel=3", JobsMode::defer_output, 3},
                          {"parallel=0", JobsMode::fail_fast, 0}}) {
        auto jobs = read_jobs(row.text);
        EXPECT_EQ(jobs.mode, row.mode) << row.text;
        EXPECT_EQ(jobs.parallel, row.parallel) << row.text;
    }
    for (const std::string wrong : {"-1", "soon", "parallel=x", "parallel=1,parallel=2",
                                    "fail-fast,defer-error", "speed=2", "parallel=-3", "parallel"})
        EXPECT_THROW(read_jobs(wrong), Error) << wrong;
}

} // namespace
} // namespace berth::job
