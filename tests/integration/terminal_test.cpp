// berth on a real terminal: recorded builds, played by a docker that is a script, and what tmux has
// on its screen of them.
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

// Times are another's in each run; their room is not.
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

// Of a running build the picture is taken at nine seconds or at ten: one digit, and the room
// between words is as it comes.
std::string at_any_second(const std::string &text) {
    static const std::regex time("#+\\.#s"), room(" +");
    return std::regex_replace(std::regex_replace(text, time, "#.#s"), room, " ");
}

class TerminalTest : public ::testing::Test {
  protected:
    World world;
    std::string builder = world.builder("screen", {}, false);

    void SetUp() override { world.write("ctx/Dockerfile", "FROM scratch\n"); }

    // A docker whose builds show `first`, wait for the file `go`, show `rest`, and end so.
    Variables playing(const std::string &first, const std::string &rest = {}, int code = 0) {
        world.write("first", first);
        world.write("rest", rest);
        auto script = world.write("fake-docker",
                                  "#!/bin/sh\n"
                                  "for word; do\n"
                                  "\t[ \"$before\" != berth-build ] || marker=$word\n"
                                  "\tbefore=$word\n"
                                  "done\n"
                                  "[ \"$marker\" ] || exit 1\n"
                                  "cd " +
                                      shell_quote(world.path().string()) +
                                      "\n"
                                      "echo \"$marker start\" >&2\n"
                                      "cat first >&2\n"
                                      "until [ -e go ]; do sleep 0.05; done\n"
                                      "cat rest >&2\n"
                                      "exit " +
                                      std::to_string(code) + "\n",
                                  0755);
        return world.variables({{"BERTH_DOCKER", script}, {"NO_COLOR", ""}});
    }
    void go() { world.write("go", ""); }
    std::string command(const std::string &options = {}) const {
        return shell_quote(BERTH_PROGRAM) + " build --builder " + builder +
               " --output type=cacheonly " + options + " " + shell_quote(world.folder("ctx"));
    }
    // tests/data/progress/FILE is what a person should see.
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
            auto variables =
                playing(moved_to_now(recording(name + ".rawjson")),
                        fails ? "error: failed to solve: it failed\n" : "", fails ? 1 : 0);
            go();
            Tmux terminal(world, command(), width, height, variables);
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
    Tmux terminal(world, command(), 100, 30,
                  playing(part(lines.begin(), lines.begin() + seen),
                          part(lines.begin() + seen, lines.end())));
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
        // Nothing of the old picture is left, and nothing is there twice.
        EXPECT_EQ(count(screen, "[+] Building "), 1u) << width << "\n" << screen;
        EXPECT_EQ(count(screen, " => [one 2/2] RUN"), 1u) << width << "\n" << screen;
    }
    go();
    EXPECT_EQ(terminal.exit_code(), 0);
    EXPECT_THAT(terminal.screen(), HasSubstr("FINISHED"));
}

TEST_F(TerminalTest, ColoursAreThoseOfTheVariables) {
    struct Case {
        Variables variables;
        bool coloured;
        const char *code;
    };
    for (const auto &[more, coloured, code] :
         {Case{{}, true, "\x1b[34m"}, Case{{{"NO_COLOR", "1"}}, false, "\x1b[34m"},
          Case{{{"BUILDKIT_COLORS", "run=green:warning=200,0,0"}}, true, "\x1b[32m"}}) {
        auto variables = playing(moved_to_now(recording("multi_stage.rawjson")));
        for (const auto &[name, value] : more)
            variables[name] = value;
        go();
        Tmux terminal(world, command(), 80, 24, variables);
        EXPECT_EQ(terminal.exit_code(), 0);
        auto screen = terminal.screen(true, true);
        EXPECT_EQ(count(screen, code) > 0, coloured) << screen;
        if (!coloured) {
            EXPECT_THAT(screen, Not(HasSubstr("\x1b["))); // nor anything else
        }
    }
}

// What a step writes cannot move the cursor, change the title, the colours or the character set.
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
        Tmux terminal(world, command(std::string("--progress ") + progress), 80, 24,
                      playing(vertex("") + log,
                              vertex(R"(,"completed":")" + now + R"(","error":"exit code: 1")") +
                                  evil + "\nerror: " + evil + "\n",
                              1));
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

// BuildKit before 0.13 does not know rawjson: asked again, its own log is shown.
TEST_F(TerminalTest, AnOldBuildKitsLogIsPassedThrough) {
    for (bool fails : {false, true}) {
        auto variables = playing(
            "#1 [1/2] FROM busybox\n#1 DONE 0.1s\n#2 [2/2] RUN make\n",
            fails ? "error: failed to solve: exit code: 2\n" : "#2 DONE 0.2s\n", fails ? 1 : 0);
        auto script = read_file(variables.at("BERTH_DOCKER"));
        world.write("fake-docker",
                    replace_all(script, "cat first >&2\n",
                                "case \"$*\" in *--progress=rawjson*)\n"
                                "\techo 'error: invalid progress mode rawjson' >&2\n\texit 1 ;;\n"
                                "esac\ncat first >&2\n"),
                    0755);
        go();
        auto build = [&](const std::string &progress) {
            return world.berth({"build", "--builder", builder, "--output", "type=cacheonly",
                                "--progress", progress, world.folder("ctx")},
                               variables);
        };
        auto plain = build("plain");
        EXPECT_EQ(plain.code, fails ? 1 : 0) << plain.err;
        EXPECT_THAT(plain.err, AllOf(HasSubstr(" #2 [2/2] RUN make\n"),
                                     Not(HasSubstr("invalid progress mode"))));
        if (fails) {
            EXPECT_THAT(plain.err,
                        HasSubstr("ERROR: failed to build: failed to solve: exit code: 2\n"));
        }
        auto json = build("rawjson");
        EXPECT_EQ(json.code, fails ? 1 : 0);
        for (const auto &line : split(json.err, '\n'))
            EXPECT_TRUE(line.empty() || line.starts_with("ERROR: ") || nlohmann::json::accept(line))
                << line;
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
        Tmux terminal(world, command(), width, height, playing(stream));
        EXPECT_EQ(terminal.exit_code(), 0);
        expect_screen(terminal.screen(true), "wide." + std::to_string(width) + "x12.screen");
    }
}

} // namespace
} // namespace berth::test
