// SPDX-License-Identifier: Apache-2.0
// The displays of a build on a real terminal: display_player plays recorded builds, and tmux says
// what its screen shows.
#include "berth/util/encoding.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/units.hpp"

#include "tmux.hpp"

#include <chrono>
#include <regex>

namespace berth::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string recording(const std::string &file) {
    return read_file(std::string(BERTH_TEST_DATA) + "/data/progress/" + file);
}

// The recording as if it ended now.
std::string moved_to_now(const std::string &stream) {
    static const std::regex time(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z)");
    std::optional<Time> last;
    auto all = std::sregex_iterator(stream.begin(), stream.end(), time);
    for (auto found = all; found != std::sregex_iterator(); ++found)
        if (auto value = parse_rfc3339(found->str()))
            last = std::max(last.value_or(*value), *value);
    if (!last)
        return stream;
    auto by = std::chrono::system_clock::now() - *last;
    std::string moved;
    std::size_t end = 0;
    for (auto found = all; found != std::sregex_iterator(); ++found) {
        auto at = static_cast<std::size_t>(found->position());
        moved += stream.substr(end, at - end);
        moved += format_rfc3339(*parse_rfc3339(found->str()) +
                                std::chrono::duration_cast<std::chrono::nanoseconds>(by));
        end = at + static_cast<std::size_t>(found->length());
    }
    return moved + stream.substr(end);
}

// Times differ in each run, but not their width.
std::string without_digits_of_times(std::string text) {
    static const std::regex time(R"([0-9]+\.[0-9]s\b)");
    std::string result;
    std::size_t end = 0;
    for (auto found = std::sregex_iterator(text.begin(), text.end(), time);
         found != std::sregex_iterator(); ++found) {
        auto at = static_cast<std::size_t>(found->position());
        result += text.substr(end, at - end);
        for (char c : found->str())
            result += c >= '0' && c <= '9' ? '#' : c;
        end = at + static_cast<std::size_t>(found->length());
    }
    return result + text.substr(end);
}

// The picture of a running build is taken at nine or ten seconds: the time is one digit more, and
// spaces vary.
std::string at_any_second(const std::string &text) {
    static const std::regex time("#+\\.#s"), room(" +");
    return std::regex_replace(std::regex_replace(text, time, "#.#s"), room, " ");
}

class TerminalTest : public ::testing::Test {
  protected:
    World world;
    std::string builder = world.name("screen");

    // The player shows `first`, waits for the file `go`, shows `rest`, and ends: with `error` if
    // given.
    void play(const std::string &first, const std::string &rest = {},
              const std::string &error = {}) {
        world.write("first", first);
        world.write("rest", rest);
        world.write("error", error);
    }
    Variables variables(const Variables &more = {}) const {
        Variables all = world.variables({{"NO_COLOR", ""}});
        for (const auto &[name, value] : more)
            all[name] = value;
        return all;
    }
    void go() { world.write("go", ""); }
    std::string command(const std::string &progress = "auto") const {
        return join({shell_quote(BERTH_DISPLAY_PLAYER), shell_quote(world.path().string()),
                     progress, builder},
                    " ");
    }
    // tests/data/progress/FILE has the expected screen.
    static void expect_screen(const std::string &seen, const std::string &file) {
        auto path = std::string(BERTH_TEST_DATA) + "/data/progress/" + file;
        auto shown = without_digits_of_times(replace_all(seen, "berthtest", "test"));
        static const std::regex name("test[0-9a-f]{8}");
        shown = std::regex_replace(shown, name, "berthtest--------");
        auto expected = read_file_if_exists(path).value_or("");
        if (file.find(".running.") == std::string::npos) {
            EXPECT_EQ(shown, expected) << file;
        } else {
            EXPECT_EQ(at_any_second(shown), at_any_second(expected)) << file;
        }
    }
};

TEST_F(TerminalTest, RecordedBuildsAtSeveralWidths) {
    for (const std::string name : {"multi_stage", "interleaved", "failing_run"})
        for (auto [width, height] : {std::pair{80, 24}, {50, 12}, {132, 40}}) {
            bool fails = name == "failing_run";
            play(moved_to_now(recording(name + ".rawjson")), "", fails ? "it failed" : "");
            go();
            Tmux terminal(world, command(), width, height, variables());
            EXPECT_EQ(terminal.exit_code(), fails ? 1 : 0);
            expect_screen(terminal.screen(true), name + "." + std::to_string(width) + "x" +
                                                     std::to_string(height) + ".screen");
        }
}

// Three steps run and write; then the terminal gets smaller, and the build goes on to its end.
TEST_F(TerminalTest, ARunningBuildFollowsTheTerminalsSize) {
    auto lines = split(moved_to_now(recording("interleaved.rawjson")), '\n');
    constexpr std::ptrdiff_t seen = 12;
    auto part = [](auto from, auto to) { return join({from, to}, "\n") + "\n"; };
    play(part(lines.begin(), lines.begin() + seen), part(lines.begin() + seen, lines.end()));
    Tmux terminal(world, command(), 100, 30, variables());
    auto shows = [](const char *text) {
        return [text](const std::string &screen) { return screen.find(text) != screen.npos; };
    };
    expect_screen(terminal.wait_for(shows("=> => # one 8")), "interleaved.running.100x30.screen");
    for (auto [width, height] : {std::pair{60, 14}, {40, 8}, {120, 35}}) {
        terminal.resize(width, height);
        auto end = std::to_string(width);
        auto screen = terminal.wait_for([width = width](const std::string &text) {
            auto first = text.substr(0, text.find('\n'));
            return static_cast<int>(first.size()) == width - 1;
        });
        EXPECT_THAT(screen, AllOf(HasSubstr("[+] Building "), HasSubstr(" => [one 2/2] RUN")))
            << width << "\n"
            << screen;
        // No part of the old picture is left, and no part is repeated.
        EXPECT_EQ(count(screen, "[+] Building "), 1u) << width << "\n" << screen;
        EXPECT_EQ(count(screen, " => [one 2/2] RUN"), 1u) << width << "\n" << screen;
    }
    go();
    EXPECT_EQ(terminal.exit_code(), 0);
    EXPECT_THAT(terminal.screen(), HasSubstr("FINISHED"));
}

TEST_F(TerminalTest, ColoursFollowTheVariables) {
    struct Case {
        Variables variables;
        bool coloured;
        const char *code;
    };
    for (const auto &[more, coloured, code] :
         {Case{{}, true, "\x1b[34m"}, Case{{{"NO_COLOR", "1"}}, false, "\x1b[34m"},
          Case{{{"BUILDKIT_COLORS", "run=green:warning=200,0,0"}}, true, "\x1b[32m"}}) {
        play(moved_to_now(recording("multi_stage.rawjson")));
        go();
        Tmux terminal(world, command(), 80, 24, variables(more));
        EXPECT_EQ(terminal.exit_code(), 0);
        auto screen = terminal.screen(true, true);
        EXPECT_EQ(count(screen, code) > 0, coloured) << screen;
        if (!coloured) {
            EXPECT_THAT(screen, Not(HasSubstr("\x1b["))); // nor anything else
        }
    }
}

// The output of a step cannot move the cursor, or change the title, the colours or the character
// set.
TEST_F(TerminalTest, HostileLogsDoNotReachTheTerminal) {
    const std::string evil = "\x1b]0;owned\x07\x1b[2J\x1b[10;10Hmoved\x1b[41m\x1b(0\x0e\x9b"
                             "2J\x08\x08";
    auto now = format_rfc3339(std::chrono::system_clock::now());
    auto vertex = [&](const std::string &more) {
        return R"({"vertexes":[{"digest":"sha256:a","name":"step","started":")" + now + "\"" +
               more + "}]}\n";
    };
    auto log = R"({"logs":[{"vertex":"sha256:a","stream":1,"data":")" +
               base64_encode(evil + "\n" + std::string(10000, 'x') + "\nlast\n") +
               R"(","timestamp":")" + now + "\"}]}\n";
    for (const auto *progress : {"tty", "plain"}) {
        std::filesystem::remove(world.path() / "go");
        play(vertex("") + log, vertex(R"(,"completed":")" + now + R"(","error":"exit code: 1")"),
             evil);
        Tmux terminal(world, command(progress), 80, 24, variables());
        auto screen =
            terminal.wait_for([](const auto &text) { return text.find("last") != text.npos; });
        EXPECT_THAT(screen, HasSubstr("last")) << progress;
        go();
        EXPECT_EQ(terminal.exit_code(), 1) << progress;
        terminal.wait_for([](const auto &text) { return text.find("ERROR: ") != text.npos; });
        auto all = terminal.screen(true, true);
        EXPECT_THAT(all, Not(HasSubstr("\x1b[41m"))) << progress;
        EXPECT_THAT(all, HasSubstr("moved")) << progress;
        EXPECT_THAT(all, HasSubstr("ERROR: failed to build: ")) << progress;
    }
}

TEST_F(TerminalTest, WideCharactersKeepTheirColumns) {
    auto now = format_rfc3339(std::chrono::system_clock::now());
    auto stream =
        R"({"vertexes":[{"digest":"sha256:a","name":"[1/2] RUN echo 漢字かな交じり文 😀 é","started":")" +
        now + R"(","completed":")" + now + R"("},{"digest":"sha256:b","name":"[2/2] RUN echo )" +
        replace_all(std::string(60, 'x'), "x", "漢") + R"(","started":")" + now +
        R"(","completed":")" + now + "\"}]}\n";
    go();
    for (auto [width, height] : {std::pair{60, 12}, {41, 12}}) {
        play(stream);
        Tmux terminal(world, command(), width, height, variables());
        EXPECT_EQ(terminal.exit_code(), 0);
        expect_screen(terminal.screen(true), "wide." + std::to_string(width) + "x12.screen");
    }
}

} // namespace
} // namespace berth::test
