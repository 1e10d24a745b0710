// SPDX-License-Identifier: Apache-2.0
// Progress on a terminal: the screen, and its protection from outside text.
#include "../../src/progress/terminal_text.hpp"
#include "fake_terminal.hpp"
#include "progress_replay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

using namespace berth;
using namespace berth::progress;
using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

namespace {

class TtyDisplayTest : public ::testing::Test {
  protected:
    TtyDisplayTest() { make({}); }

    void make(DisplayOptions options, int width = 60, int height = 12) {
        size = {width, height};
        terminal =
            test::FakeTerminal(static_cast<std::size_t>(width), static_cast<std::size_t>(height));
        options.terminal = true;
        options.size = [this] { return size; };
        options.now = clock.function();
        display = make_display(Mode::tty, out, options);
    }
    void start(const std::string &digest, const std::string &name = {}) {
        started[digest] = clock.now;
        names[digest] = name.empty() ? "step " + digest : name;
        send(digest, {}, {}, false);
    }
    void complete(const std::string &digest, const std::string &error = {}, bool cached = false) {
        send(digest, clock.now, error, cached);
    }
    void log(const std::string &digest, const std::string &data) {
        display->update({.logs = {{.vertex = digest, .data = data, .timestamp = clock.now}}});
    }
    void pass(std::chrono::milliseconds time) {
        clock.now += time;
        display->tick(clock.now);
    }
    std::vector<std::string> screen() {
        terminal.write(out.str());
        bytes += out.str();
        out.str("");
        return terminal.lines();
    }

    TestClock clock;
    TerminalSize size;
    std::ostringstream out;
    std::string bytes; // all written bytes
    test::FakeTerminal terminal{60, 12};
    std::unique_ptr<Display> display;
    std::map<std::string, Time> started;
    std::map<std::string, std::string> names;

  private:
    void send(const std::string &digest, std::optional<Time> completed, const std::string &error,
              bool cached) {
        display->update({.vertexes = {{.digest = digest,
                                       .name = names[digest],
                                       .started = started[digest],
                                       .completed = completed,
                                       .cached = cached,
                                       .error = error}}});
    }
};

} // namespace

TEST_F(TtyDisplayTest, ShowsStepsWithTheirTimes) {
    make({.builder_name = "docker-container:b"});
    start("a");
    start("b");
    pass(1200ms);
    complete("a");
    pass(100ms);
    EXPECT_THAT(screen(),
                ElementsAre("[+] Building 1.3s (1/2)                  docker-container:b",
                            " => step a                                             1.2s",
                            " => step b                                             1.3s"));
    EXPECT_TRUE(terminal.cursor_visible);
}

TEST_F(TtyDisplayTest, RedrawsInPlaceAndMarksTheEnd) {
    start("a");
    for (int i = 0; i < 30; ++i)
        pass(100ms);
    complete("a");
    display->finish();
    display->finish();
    pass(1000ms);
    EXPECT_THAT(screen(),
                ElementsAre("[+] Building 3.0s (1/1) FINISHED",
                            " => step a                                             3.0s"));
}

TEST_F(TtyDisplayTest, NamesShowTheEndOfAStep) {
    for (auto name : {"a", "b", "c"})
        start(name);
    complete("a", "", true);
    complete("b", "solve: context canceled");
    complete("c", "exit code: 1");
    display->finish();
    auto lines = screen();
    ASSERT_GE(lines.size(), 4u);
    EXPECT_THAT(lines[1], StartsWith(" => CACHED step a "));
    EXPECT_THAT(lines[2], StartsWith(" => CANCELED step b "));
    EXPECT_THAT(lines[3], StartsWith(" => ERROR step c "));
}

TEST_F(TtyDisplayTest, ColoursOnlyWhenAsked) {
    for (bool colour : {false, true}) {
        make({.colour = colour});
        for (auto name : {"a", "b", "c"})
            start(name);
        complete("a");
        complete("b", "solve: context canceled");
        complete("c", "exit code: 1");
        bytes.clear();
        display->finish();
        screen();
        for (auto code : {"\x1b[34m => step a", "\x1b[33m => CANCELED", "\x1b[31m => ERROR"})
            EXPECT_EQ(bytes.find(code) != bytes.npos, colour) << code;
        EXPECT_EQ(bytes.find("m =>") != bytes.npos, colour);
    }
}

TEST_F(TtyDisplayTest, ShowsAmountsOfStatusLines) {
    start("a");
    VertexStatus layer{.id = "sha256:01", .vertex = "a", .current = 1'070'000, .total = 2'000'000};
    layer.timestamp = clock.now;
    layer.started = clock.now;
    clock.now += 200ms;
    display->update({.statuses = {layer}});
    EXPECT_THAT(screen(), Contains(" => => sha256:01 1.07MB / 2.00MB                       0.2s"));
}

TEST_F(TtyDisplayTest, ShowsTheLastLogLinesOfRunningSteps) {
    make({}, 60, 20);
    start("a");
    for (int i = 1; i <= 9; ++i)
        log("a", "line " + std::to_string(i) + "\n");
    log("a", "10%\r20%\r30%");
    pass(100ms);
    auto lines = screen();
    EXPECT_THAT(lines, Contains(" => => # line 9"));
    EXPECT_THAT(lines, Contains(" => => # 30%"));
    EXPECT_THAT(lines, Not(Contains(" => => # line 4")));
    pass(100ms);
    complete("a");
    pass(100ms);
    EXPECT_THAT(screen(), SizeIs(2)); // gone
}

// As docker buildx shows it: in the rows of a terminal that is ten cells narrower.
TEST_F(TtyDisplayTest, LongLogLinesAreWrapped) {
    make({}, 30, 20);
    start("a");
    log("a", std::string(20, 'x') + std::string(20, 'y') + "end\n");
    pass(100ms);
    auto lines = screen();
    EXPECT_THAT(lines, Contains(" => => # " + std::string(20, 'x')));
    EXPECT_THAT(lines, Contains(" => => # " + std::string(20, 'y')));
    EXPECT_THAT(lines, Contains(" => => # end"));
}

TEST_F(TtyDisplayTest, FoldsToTheHeightAndKeepsRunningSteps) {
    start("old", "runs since long");
    for (int i = 0; i < 50; ++i) {
        start(std::to_string(i));
        pass(100ms);
        complete(std::to_string(i));
    }
    pass(100ms);
    auto lines = screen();
    EXPECT_LT(lines.size(), 12u);
    EXPECT_EQ(terminal.scrolled(), 0u);
    EXPECT_THAT(lines, Contains(StartsWith(" => runs since long")));
    EXPECT_THAT(lines, Contains(StartsWith(" => step 49")));
    complete("old");
    display->finish();
    EXPECT_THAT(screen(), SizeIs(52)); // the last picture has them all
}

TEST_F(TtyDisplayTest, NeverWritesBeyondTheWidth) {
    for (int width : {1, 5, 20, 21, 25, 33, 60}) {
        make({.builder_name = "docker-container:a-builder"}, width, 30);
        start("a", std::string(500, 'x'));
        start("b", "short");
        log("a", std::string(500, 'y') + "\n");
        pass(1000ms);
        for (auto &line : screen())
            EXPECT_LE(line.size(), static_cast<std::size_t>(width)) << width;
        pass(1000ms);
        auto first = std::string("[+] Building").substr(0, static_cast<std::size_t>(width - 1));
        EXPECT_THAT(screen().front() + " ", StartsWith(first)) << width;
    }
}

TEST_F(TtyDisplayTest, FollowsAResize) {
    start("a");
    pass(100ms);
    screen();
    size.width = 40;
    pass(100ms);
    EXPECT_THAT(screen(), Contains(" => step a                         0.2s"));
}

// A terminal wraps lines that no longer fit; all lines of the taller picture must be replaced.
TEST_F(TtyDisplayTest, ANarrowerTerminalLosesTheOldPicture) {
    make({.builder_name = "docker-container:b"}, 60, 12);
    start("a");
    pass(100ms);
    screen();
    size = {40, 12};
    out.str("");
    pass(100ms);
    EXPECT_THAT(out.str(),
                HasSubstr("\x1b[4A\r\x1b[J[+] Building")); // two lines of 59 and 60 cells
    size = {10, 4};
    out.str("");
    pass(100ms);
    EXPECT_THAT(out.str(), HasSubstr("\x1b[H\x1b[J[+] Build"));
}

TEST_F(TtyDisplayTest, NothingFromOutsideMovesTheCursor) {
    std::string evil = "x\x1b[2J\x1b]0;title\a\x1b[31mred\x1b[0m\x9b\x01\b\v\x1bM\x1b(B\x1b";
    start("a", "name " + evil);
    VertexStatus status{.id = "id " + evil, .vertex = "a", .current = 1};
    status.started = status.timestamp = clock.now;
    display->update({.statuses = {status}});
    display->update({.warnings = {{.vertex = "a", .summary = "warning " + evil}}});
    log("a", "log " + evil + "\nnext " + evil + "\r\n");
    pass(200ms);
    complete("a", "error " + evil);
    display->finish();
    auto lines = screen();
    EXPECT_THAT(terminal.faults, IsEmpty());
    EXPECT_THAT(lines, Contains(HasSubstr("log xred\uFFFD\\x01\\x08\\x0b")));
    EXPECT_THAT(bytes, Not(HasSubstr("title")));
}

TEST_F(TtyDisplayTest, AFailedStepsWholeLogComesAtTheEnd) {
    make({}, 60, 8);
    start("a");
    for (int i = 1; i <= 100; ++i)
        log("a", "line " + std::to_string(i) + "\n");
    log("a", "no end");
    complete("a", "exit code: 1");
    display->finish();
    auto lines = screen();
    ASSERT_EQ(lines.size(), 2u + 2 + 101 + 1);
    EXPECT_EQ(lines[2], "------");
    EXPECT_EQ(lines[3], " > step a:");
    EXPECT_EQ(lines[4], "0.000 line 1");
    EXPECT_EQ(lines[104], "0.000 no end");
    EXPECT_EQ(lines[105], "------");
}

TEST_F(TtyDisplayTest, WritesNothingWithoutSteps) {
    pass(1000ms);
    display->finish();
    EXPECT_EQ(out.str(), "");
}

TEST_F(TtyDisplayTest, DrawsRecordedBuilds) {
    for (auto name : {"multi_stage", "interleaved", "progress_groups", "multi_platform_push"}) {
        make({}, 100, 30);
        replay(Recording::load(name), *display, clock);
        auto lines = screen();
        EXPECT_THAT(terminal.faults, IsEmpty()) << name;
        EXPECT_EQ(terminal.scrolled(), 0u) << name;
        EXPECT_THAT(lines.front(), AllOf(StartsWith("[+] Building "), EndsWith("FINISHED")))
            << name;
        EXPECT_THAT(lines, Contains(StartsWith(" => [internal] load build definition"))) << name;
    }
}

TEST(TerminalTextTest, WidthOfCharacters) {
    for (auto &[character, width] : std::vector<std::pair<char32_t, int>>{{U'a', 1},
                                                                          {U'é', 1},
                                                                          {U'\u0301', 0},
                                                                          {U'\u200d', 0},
                                                                          {U'漢', 2},
                                                                          {U'ｶ', 1},
                                                                          {U'Ａ', 2},
                                                                          {U'한', 2},
                                                                          {U'😀', 2},
                                                                          {U'✔', 1},
                                                                          {U'✅', 2},
                                                                          {U'→', 1}})
        EXPECT_EQ(cell_width(character), width) << static_cast<unsigned>(character);
}

TEST(TerminalTextTest, ClipsByCells) {
    struct Case {
        std::string text;
        int cells;
        std::string shown;
        int width;
    };
    for (auto &[text, cells, shown, width] : std::vector<Case>{
             {"abc", 10, "abc", 3},
             {"abc", 2, "ab", 2},
             {"abc", 0, "", 0},
             {"漢字", 3, "漢", 2},
             {"漢字", 4, "漢字", 4},
             {"e\u0301x", 1, "e\u0301", 1},
             {"a\tb", 10, "a b", 3},
             {"\x1b[1;31mred\x1b[0m", 10, "red", 3},
             {"\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", 10, "link", 4},
             {"\x1b]0;never ends", 10, "", 0},
             {"\x1b(Ba\x1b", 10, "a", 1},
             {"a\x01\x7f", 20, "a\\x01\\x7f", 9},
             {"a\x01", 4, "a", 1},
             {"\u0085\u009b2J", 20, "\\x85\\x9b2J", 10},
             {"\xff\xc0\xaf\xed\xa0\x80\xf8", 20, "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD", 7},
             {"\xe6\xbc", 20, "\uFFFD\uFFFD", 2},
             {"a\u202eb", 20, "a\uFFFDb", 3}}) {
        auto clipped = clip_for_terminal(text, cells);
        EXPECT_EQ(clipped.text, shown) << text;
        EXPECT_EQ(clipped.width, width) << text;
    }
}

TEST(TerminalTextTest, CarriageReturnsStartOver) {
    for (auto &[line, shown] : std::vector<std::pair<std::string, std::string>>{{"abc", "abc"},
                                                                                {"10%\r20%", "20%"},
                                                                                {"text\r", "text"},
                                                                                {"a\rb\r\r", "b"},
                                                                                {"\r", ""},
                                                                                {"", ""}})
        EXPECT_EQ(after_carriage_returns(line), shown) << line;
}
