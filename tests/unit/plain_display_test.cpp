// SPDX-License-Identifier: Apache-2.0
// Plain progress: recorded builds compared with the output of BuildKit's own client, and each rule.
#include "progress_replay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

using namespace berth;
using namespace berth::progress;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

namespace {

std::vector<std::string> recordings() {
    std::vector<std::string> names;
    for (auto &entry :
         std::filesystem::directory_iterator(std::string(BERTH_TEST_DATA) + "/data/progress"))
        if (entry.path().extension() == ".rawjson")
            names.push_back(entry.path().stem());
    std::sort(names.begin(), names.end());
    return names;
}

// A build of vertices a, b, … on a clock that the test moves.
class PlainDisplayTest : public ::testing::Test {
  protected:
    PlainDisplayTest() { make({}); }

    void make(DisplayOptions options) {
        options.now = clock.function();
        display = make_display(Mode::plain, out, options);
    }
    void start(const std::string &digest) {
        started[digest] = clock.now;
        display->update(
            {.vertexes = {{.digest = digest, .name = "step " + digest, .started = clock.now}}});
    }
    void complete(const std::string &digest, const std::string &error = {}, bool cached = false) {
        display->update({.vertexes = {{.digest = digest,
                                       .name = "step " + digest,
                                       .started = started[digest],
                                       .completed = clock.now,
                                       .cached = cached,
                                       .error = error}}});
    }
    void log(const std::string &digest, const std::string &data) {
        display->update({.logs = {{.vertex = digest, .data = data, .timestamp = clock.now}}});
    }
    void status(const std::string &digest, const std::string &id, std::int64_t current,
                std::int64_t total, bool completed = false) {
        VertexStatus line{.id = id, .vertex = digest, .current = current, .total = total};
        line.timestamp = clock.now;
        line.started = started[digest];
        if (completed)
            line.completed = clock.now;
        display->update({.statuses = {line}});
    }
    // In steps of 50 ms, as the program does.
    void pass(std::chrono::milliseconds time) {
        for (auto end = clock.now + time; clock.now < end; display->tick(clock.now))
            clock.now += 50ms;
    }
    std::string text() { return out.str(); }
    // The output since the last call.
    std::string news() {
        auto all = out.str();
        return all.substr(std::exchange(seen, all.size()));
    }

    TestClock clock;
    std::ostringstream out;
    std::unique_ptr<Display> display;
    std::map<std::string, Time> started;
    std::size_t seen = 0;
};

class RecordedBuildTest : public ::testing::TestWithParam<std::string> {};

} // namespace

TEST_P(RecordedBuildTest, IsDrawnLikeInBuildkit) {
    auto recording = Recording::load(GetParam());
    ASSERT_FALSE(recording.plain.empty());
    TestClock clock;
    std::ostringstream out;
    auto display = make_display(Mode::plain, out, {.now = clock.function()});
    replay(recording, *display, clock);
    EXPECT_EQ(out.str(), recording.plain);
}

INSTANTIATE_TEST_SUITE_P(All, RecordedBuildTest, ::testing::ValuesIn(recordings()),
                         [](const auto &tested) { return tested.param; });

TEST_F(PlainDisplayTest, NamesTheBuilderFirst) {
    make({.builder_line = "building with \"b\" instance using docker-container driver"});
    start("a");
    EXPECT_EQ(text(),
              "#0 building with \"b\" instance using docker-container driver\n\n#1 step a\n");
}

TEST_F(PlainDisplayTest, CutsLongNamesOnRequest) {
    std::string name(80, 'x');
    auto draw = [&](bool short_names) {
        out.str("");
        make({.short_names = short_names});
        display->update({.vertexes = {{.digest = "a", .name = name, .started = clock.now}}});
        return text();
    };
    EXPECT_EQ(draw(false), "#1 " + name + "\n");
    EXPECT_EQ(draw(true), "#1 " + name.substr(0, 72) + "...\n");
}

TEST_F(PlainDisplayTest, PrintsNothingWithoutAStep) {
    make({.builder_line = "building"});
    display->update({.vertexes = {{.digest = "a", .name = "announced"}}});
    display->finish();
    EXPECT_EQ(text(), "");
}

TEST_F(PlainDisplayTest, ShowsTheEndOfAStep) {
    struct Case {
        std::string error;
        bool cached;
        std::string line;
    };
    for (auto &[error, cached, line] : std::vector<Case>{
             {"", false, "#1 DONE 1.2s\n"},
             {"", true, "#1 CACHED\n"},
             {"exit code: 3", false, "#1 ERROR: exit code: 3\n------\n > step a:\n------\n"},
             {"solve: context canceled", false, "#1 CANCELED\n"}}) {
        out.str("");
        make({});
        start("a");
        pass(1200ms);
        complete("a", error, cached);
        display->finish();
        EXPECT_EQ(text(), "#1 step a\n" + line);
    }
}

TEST_F(PlainDisplayTest, HoldsBackUpdatesOfATenthOfASecond) {
    start("a");
    EXPECT_EQ(news(), "#1 step a\n");
    clock.now += 20ms;
    log("a", "one\n");
    EXPECT_EQ(news(), "");
    clock.now += 90ms;
    log("a", "two\n");
    EXPECT_EQ(news(), "#1 0.020 one\n#1 0.110 two\n");
}

TEST_F(PlainDisplayTest, DrawsHeldBackUpdatesWithoutNews) {
    start("a");
    log("a", "one\n");
    EXPECT_EQ(news(), "#1 step a\n");
    pass(150ms);
    EXPECT_EQ(news(), "#1 0.000 one\n");
}

TEST_F(PlainDisplayTest, ShowsPartsOfALineAsTheyArrive) {
    start("a");
    pass(200ms);
    news();
    log("a", "do");
    EXPECT_EQ(news(), "#1 0.200 do");
    pass(200ms);
    log("a", "ne\nnext");
    EXPECT_EQ(news(), "ne\n#1 0.400 next");
    pass(200ms);
    complete("a");
    EXPECT_EQ(news(), "\n#1 DONE 0.6s\n");
}

TEST_F(PlainDisplayTest, TimesOfLogLinesGetShorterAsTheyGrow) {
    start("a");
    pass(9999ms);
    for (auto time : {0ms, 90000ms}) {
        clock.now += time;
        log("a", "x\n");
    }
    display->finish();
    EXPECT_THAT(text(), HasSubstr("#1 10.00 x\n#1 100.0 x\n"));
}

TEST_F(PlainDisplayTest, AStepKeepsItsTurnUntilItCompletes) {
    start("a");
    start("b");
    pass(1000ms);
    log("b", "b waits\n");
    log("a", "a speaks\n");
    pass(200ms);
    EXPECT_EQ(news(), "#1 step a\n#1 1.000 a speaks\n");
    complete("a");
    EXPECT_EQ(news(), "#1 DONE 1.2s\n\n#2 step b\n#2 1.000 b waits\n");
}

TEST_F(PlainDisplayTest, AStepLosesItsTurnWhenAnotherWaitedTenSeconds) {
    start("a");
    start("b");
    for (int i = 0; i < 21; ++i) {
        pass(500ms);
        log("a", "a\n");
    }
    // The one that lost its turn comes back under its name, here at once, for it writes more.
    EXPECT_THAT(text(),
                HasSubstr("#1 10.00 a\n#1 ...\n\n#2 step b\n#2 ...\n\n#1 step a\n#1 10.50 a\n"));
}

TEST_F(PlainDisplayTest, RepeatsStatusLinesAfterFivePercentOrFiveSeconds) {
    start("a");
    struct Case {
        std::chrono::milliseconds wait;
        std::int64_t current;
        std::string line;
    };
    news();
    for (auto &[wait, current, line] :
         std::vector<Case>{{200ms, 0, "#1 layer 0B / 100.00MB 0.2s\n"},
                           {200ms, 4'900'000, ""},
                           {200ms, 5'000'000, "#1 layer 5.00MB / 100.00MB 0.6s\n"},
                           {4800ms, 5'000'001, ""},
                           {200ms, 5'000'002, "#1 layer 5.00MB / 100.00MB 5.6s\n"}}) {
        pass(wait);
        news();
        status("a", "layer", current, 100'000'000);
        EXPECT_EQ(news(), line) << current;
    }
    pass(200ms);
    status("a", "layer", 100'000'000, 100'000'000, true);
    EXPECT_EQ(news(), "#1 layer 100.00MB / 100.00MB 5.8s done\n");
}

TEST_F(PlainDisplayTest, StatusLinesOmitUnknownValues) {
    start("a");
    status("a", "nothing", 0, 0, true);
    status("a", "transferring context:", 42, 0, true);
    status("a", "big", 1'234'567'890, 0);
    display->finish();
    EXPECT_EQ(text(),
              "#1 step a\n#1 nothing done\n#1 transferring context: 42B done\n#1 big 1.23GB\n");
}

TEST_F(PlainDisplayTest, ShowsTheEndOfAFailedStepsLog) {
    start("a");
    for (int i = 1; i <= 12; ++i)
        log("a", "line " + std::to_string(i) + "\n");
    complete("a", "exit code: 1");
    display->finish();
    auto end = text().substr(text().find("------"));
    std::string want = "------\n > step a:\n";
    for (int i = 3; i <= 12; ++i)
        want += "0.000 line " + std::to_string(i) + "\n";
    EXPECT_EQ(end, want + "------\n");
}

TEST_F(PlainDisplayTest, GroupIsOneStepAndShownOnlyForWorkOfItsOwn) {
    auto member = [this](const std::string &digest, bool weak) {
        return Vertex{.digest = digest,
                      .name = "member " + digest,
                      .started = clock.now,
                      .completed = clock.now + 100ms,
                      .progress_group = "g",
                      .progress_group_name = "COPY --link",
                      .weak_group = weak};
    };
    display->update({.vertexes = {member("a", true)}});
    pass(500ms);
    EXPECT_EQ(news(), "");
    display->update({.vertexes = {member("b", false)}});
    EXPECT_EQ(news(), "#1 COPY --link\n#1 DONE 0.2s\n");
}

TEST_F(PlainDisplayTest, IgnoresUpdatesOfUnknownVertices) {
    log("nobody", "x\n");
    status("nobody", "x", 1, 1, true);
    display->update({.warnings = {{.vertex = "nobody", .summary = "w"}}});
    display->finish();
    EXPECT_EQ(text(), "");
    EXPECT_EQ(display->warnings().size(), 1u); // for the summary it counts
}

TEST_F(PlainDisplayTest, SurvivesTimesThatAreFarApart) {
    Time early(std::chrono::nanoseconds::min()), late(std::chrono::nanoseconds::max());
    display->update(
        {.vertexes = {{.digest = "a", .name = "a", .started = early, .completed = late}}});
    display->update({.logs = {{.vertex = "a", .data = "x", .timestamp = late}}});
    display->tick(late);
    clock.now = early;
    display->finish();
    EXPECT_THAT(text(), HasSubstr("#1 DONE 9223372036.9s\n"));
}

TEST_F(PlainDisplayTest, ALogDoesNotTakeOverATerminal) {
    make({.terminal = true});
    start("a");
    log("a", "\x1b[2J\x1b[41mred\x1b[0m 10%\r20%\r\n\x1b]0;title\aend\x08\n");
    complete("a");
    display->finish();
    EXPECT_EQ(text(), "#1 step a\n#1 0.000 red 10%20%\n#1 0.000 end\\x08\n#1 DONE 0.0s\n");
    out.str("");
    make({.terminal = false}); // unchanged in a file
    start("a");
    log("a", "\x1b[41mred\n");
    complete("a");
    display->finish();
    EXPECT_THAT(text(), HasSubstr("\x1b[41mred"));
}
