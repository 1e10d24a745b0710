// SPDX-License-Identifier: Apache-2.0
// berth's own steps, and the displays that do not draw.
#include "berth/util/error.hpp"

#include "progress_replay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

using namespace berth;
using namespace berth::progress;
using namespace std::chrono_literals;
using ::testing::StartsWith;

namespace {

class TaskTest : public ::testing::Test {
  protected:
    TaskTest() : display(make_display(Mode::plain, out, {.now = clock.function()})) {}

    void pass(std::chrono::milliseconds time) {
        clock.now += time;
        display->tick(clock.now);
    }
    std::string finished() {
        display->finish();
        return out.str();
    }

    TestClock clock;
    std::ostringstream out;
    std::unique_ptr<Display> display;
};

} // namespace

TEST_F(TaskTest, IsDrawnLikeInDockerBuildx) {
    {
        Task task(*display, "[internal] booting buildkit", clock.function());
        task.step("pulling image moby/buildkit:buildx-stable-1", [&] { clock.now += 200ms; });
        task.step("creating container buildx_buildkit_b0", [&] { pass(600ms); });
        task.done();
    }
    EXPECT_EQ(finished(), "#1 [internal] booting buildkit\n"
                          "#1 pulling image moby/buildkit:buildx-stable-1 0.2s done\n"
                          "#1 creating container buildx_buildkit_b0\n"
                          "#1 creating container buildx_buildkit_b0 0.6s done\n"
                          "#1 DONE 0.8s\n");
}

TEST_F(TaskTest, EndOfScopeCompletesIt) {
    { Task task(*display, "work", clock.function()); }
    EXPECT_EQ(finished(), "#1 work\n#1 DONE 0.0s\n");
}

TEST_F(TaskTest, AnExceptionIsNotDone) {
    EXPECT_THROW(
        {
            Task task(*display, "work", clock.function());
            task.step("part", [] { throw Error("x"); });
        },
        Error);
    EXPECT_EQ(finished(), "#1 work\n#1 part done\n#1 CANCELED\n");
}

TEST_F(TaskTest, FailsOnceWithItsLog) {
    {
        Task task(*display, "work", clock.function());
        task.log("said\n");
        task.fail("no such image");
        task.done();
    }
    EXPECT_EQ(finished(), "#1 work\n#1 0.000 said\n#1 ERROR: no such image\n"
                          "------\n > work:\n0.000 said\n------\n");
}

TEST_F(TaskTest, EqualNamesAreTwoSteps) {
    { Task task(*display, "work", clock.function()); }
    { Task task(*display, "work", clock.function()); }
    EXPECT_EQ(finished(), "#1 work\n#1 DONE 0.0s\n\n#2 work\n#2 DONE 0.0s\n");
}

TEST(DisplayTest, ModesAreNamed) {
    EXPECT_EQ(parse_mode("auto"), Mode::automatic);
    EXPECT_EQ(parse_mode("plain"), Mode::plain);
    EXPECT_EQ(parse_mode("tty"), Mode::tty);
    EXPECT_EQ(parse_mode("rawjson"), Mode::rawjson);
    EXPECT_EQ(parse_mode("quiet"), Mode::quiet);
    EXPECT_EQ(parse_mode("none"), Mode::none);
    for (auto &[text, hint] : std::vector<std::pair<std::string, std::string>>{
             {"plan", "did you mean 'plain'?"},
             {"Plain", "did you mean 'plain'?"},
             {"", "use one of auto, plain, tty, rawjson, quiet, none"}})
        try {
            parse_mode(text);
            FAIL() << text;
        } catch (const Error &error) {
            EXPECT_EQ(error.what(), "invalid progress mode '" + text + "'");
            EXPECT_EQ(error.code(), ExitCode::usage);
            EXPECT_EQ(error.hint(), hint);
        }
}

TEST(DisplayTest, TtyNeedsATerminal) {
    std::ostringstream out;
    EXPECT_THROW(make_display(Mode::tty, out, {}), Error);
}

TEST(DisplayTest, AutomaticIsPlainWithoutATerminal) {
    std::ostringstream out;
    auto display = make_display(Mode::automatic, out, {});
    display->update({.vertexes = {{.digest = "a", .name = "step", .started = Time()}}});
    EXPECT_EQ(out.str(), "#1 step\n");
}

TEST(DisplayTest, RawJsonIsALineForEachUpdate) {
    std::ostringstream out;
    auto display = make_display(Mode::rawjson, out, {});
    display->update({.vertexes = {{.digest = "a", .name = "n"}}});
    display->update({.vertexes = {{.digest = "b"}}});
    display->tick(Time());
    display->finish();
    EXPECT_EQ(out.str(), "{\"vertexes\":[{\"digest\":\"a\",\"name\":\"n\"}]}\n"
                         "{\"vertexes\":[{\"digest\":\"b\"}]}\n");
}

TEST(DisplayTest, QuietAndNoneDrawNothingButKnowTheWarnings) {
    for (auto mode : {Mode::quiet, Mode::none}) {
        std::ostringstream out;
        auto display = make_display(mode, out, {.builder_line = "x", .terminal = true});
        replay(Recording::load("multi_stage"), *display, *std::make_unique<TestClock>());
        EXPECT_EQ(out.str(), "");
        EXPECT_EQ(display->warnings().size(), 2u);
    }
}

TEST(WarningsTest, AreSummedUp) {
    VertexWarning one{.summary = "A: a (line 1)"}, two{.summary = "B: \x1b[2J (line 2)"};
    auto printed = [](const std::vector<VertexWarning> &warnings, bool colour) {
        std::ostringstream out;
        print_warnings(out, warnings, colour, false);
        return out.str();
    };
    EXPECT_EQ(printed({}, false), "");
    EXPECT_EQ(printed({one}, false),
              "\n 1 warning found (use docker --debug to expand):\n - A: a (line 1)\n");
    EXPECT_EQ(printed({one, two}, true),
              "\n \x1b[33m2 warnings found (use docker --debug to expand):\n\x1b[0m"
              " - A: a (line 1)\n - B: \\x1b[2J (line 2)\n");
    // A build for several platforms warns once for each.
    auto again = one;
    again.vertex = "sha256:other";
    EXPECT_EQ(printed({one, again}, false), printed({one}, false));
}

TEST(WarningsTest, AreExpandedWithDebug) {
    VertexWarning warning{.summary = "Rule: what (line 2)",
                          .detail = {"More about it"},
                          .url = "https://example.com/rule",
                          .file_name = "Dockerfile",
                          .file_data = "FROM busybox\nENV a b\nRUN x\n",
                          .ranges = {{2, 2}}};
    std::ostringstream out;
    print_warnings(out, {warning}, false, true);
    EXPECT_EQ(out.str(),
              "\n 1 warning found:\n - Rule: what (line 2)\nMore about it\n"
              "More info: https://example.com/rule\n"
              "Dockerfile:2\n--------------------\n"
              "   1 |     FROM busybox\n   2 | >>> ENV a b\n   3 |     RUN x\n   4 |     \n"
              "--------------------\n\n");
    for (auto range : {SourceRange{0, 0}, {-5, 1 << 30}, {900, 901}, {3, 1}}) {
        warning.ranges = {range};
        std::ostringstream other;
        print_warnings(other, {warning}, false, true);
        EXPECT_THAT(other.str(), StartsWith("\n 1 warning found:\n - Rule: what"));
    }
}
