// SPDX-License-Identifier: Apache-2.0
// Completion in real shells in tmux: the screen after Tab.
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <chrono>
#include <thread>

namespace berth::test {
namespace {

using ::testing::HasSubstr;

struct Shell {
    const char *name;
    std::vector<std::string> command;
    std::string set_up; // %: the directory of the completions
    int tabs_to_list;   // how often Tab is pressed for the list with descriptions
};

void PrintTo(const Shell &shell, std::ostream *out) {
    *out << shell.name;
}

const std::string completions = BERTH_TEST_DATA "/../completions";

// A shell in a terminal of 120 x 40; its own tmux server, which ends with it.
class Terminal {
  public:
    Terminal(World &world, const Shell &shell) : socket_(world.name("tmux")) {
        std::vector<std::string> argv = {"new-session", "-d", "-x", "120", "-y", "40", "env", "-i"};
        for (const auto &[name, value] :
             world.variables({{"HOME", world.path().string()},
                              {"PATH", world.folder("bin") + ":/usr/bin:/bin"},
                              {"TERM", "screen"},
                              {"LC_ALL", "C.UTF-8"}}))
            argv.push_back(name + "=" + value);
        argv.insert(argv.end(), shell.command.begin(), shell.command.end());
        auto started = tmux(argv);
        EXPECT_EQ(started.code, 0) << started.err;
        type("cd " + world.folder("work") + "; " + replace_all(shell.set_up, "%", completions));
        press("Enter");
        type("echo set; echo up");
        press("Enter");
        EXPECT_THAT(wait_for("set\nup\n"), HasSubstr("set\nup\n"));
        clear();
    }
    ~Terminal() { tmux({"kill-server"}); }
    Terminal(const Terminal &) = delete;
    Terminal &operator=(const Terminal &) = delete;

    void type(const std::string &text) { tmux({"send-keys", "-l", "--", text}); }
    void press(const std::string &key) { tmux({"send-keys", "--", key}); }
    // An empty line at the top.
    void clear() {
        press("C-c");
        press("C-u");
        type("clear");
        press("Enter");
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
    // The screen once it contains `text`, or after a timeout.
    std::string wait_for(const std::string &text) {
        std::string screen;
        for (int i = 0; i < 100; ++i) {
            screen = tmux({"capture-pane", "-p"}).out;
            if (screen.find(text) != std::string::npos)
                break;
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        return screen;
    }
    // The screen after typing and Tab.
    std::string complete(const std::string &line, const std::string &expected, int tabs = 1) {
        clear();
        type(line);
        for (int i = 0; i < tabs; ++i)
            press("Tab");
        return wait_for(expected);
    }

  private:
    Result tmux(const std::vector<std::string> &arguments) const {
        std::vector<std::string> argv = {"tmux", "-L", socket_, "-f", "/dev/null"};
        argv.insert(argv.end(), arguments.begin(), arguments.end());
        return run(argv);
    }
    std::string socket_;
};

class ShellsTest : public ::testing::TestWithParam<Shell> {
  protected:
    ShellsTest() {
        world.write("work/Dockerfile", "FROM scratch AS beginning\nFROM scratch AS middle\n");
        world.write("work/harbour/Dockerfile", "FROM scratch\n");
        std::filesystem::create_directory(world.folder("bin"));
        std::filesystem::create_symlink(BERTH_PROGRAM, world.folder("bin") + "/berth");
    }
    World world;
};

TEST_P(ShellsTest, CompletesCommandsOptionsAndValues) {
    auto builder = world.builder("tidewater", {}, false);
    Terminal terminal(world, GetParam());
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"berth upg", "berth upgrade"},
        {"berth build --no-cache-f", "berth build --no-cache-filter"},
        {"berth use " + builder.substr(0, builder.size() - 4), "berth use " + builder},
        {"berth --builder=" + builder.substr(0, builder.size() - 4), "berth --builder=" + builder},
        {"berth build --file=Dock", "berth build --file=Dockerfile"},
        {"berth build -f Dock", "berth build -f Dockerfile"},
        {"berth build har", "berth build harbour/"},
        {"berth build -o type=loc", "berth build -o type=local"},
        {"berth build --output=type=local,de", "berth build --output=type=local,dest="},
        {"berth build -o type=local,dest=har", "berth build -o type=local,dest=harbour/"},
        {"berth build --target mid", "berth build --target middle"},
        {"berth create --driver-opt restart-p", "berth create --driver-opt restart-policy="},
        {"berth create --driver-opt memory=1g,restart-policy=al",
         "berth create --driver-opt memory=1g,restart-policy=always"},
        {"berth create ssh", "berth create ssh://"},
    };
    for (const auto &[line, expected] : cases)
        EXPECT_THAT(terminal.complete(line, expected), HasSubstr(expected));
}

TEST_P(ShellsTest, ShowsDescriptions) {
    Terminal terminal(world, GetParam());
    auto tabs = GetParam().tabs_to_list;
    for (const auto &[line, expected] : std::vector<std::pair<std::string, std::string>>{
             {"berth build --ta", "Set the target build stage"},
             {"berth build --target ", "FROM scratch"},
             {"berth create --driver-opt mem", "memory limit"},
             {"berth ", "List builder instances"}})
        EXPECT_THAT(terminal.complete(line, expected, tabs), HasSubstr(expected));
}

INSTANTIATE_TEST_SUITE_P(
    All, ShellsTest,
    ::testing::Values(
        Shell{"bash", {"bash", "--norc", "--noprofile", "-i"}, "PS1='> '; . %/berth.bash", 3},
        Shell{"zsh",
              {"zsh", "-f", "-i"},
              "PS1='> '; fpath=(% $fpath); autoload -U compinit; compinit -D -u",
              2},
        Shell{"fish", {"fish", "--no-config", "-i"}, "source %/berth.fish", 1}),
    [](const auto &shell) { return std::string(shell.param.name); });

} // namespace
} // namespace berth::test
