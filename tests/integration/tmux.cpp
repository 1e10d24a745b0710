// SPDX-License-Identifier: Apache-2.0
#include "tmux.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include <chrono>
#include <thread>

namespace berth::test {

Tmux::Tmux(const World &world, const std::string &shell_command, int width, int height,
           const Variables &variables)
    : socket_(world.folder("tmux-" + random_hex(8))), variables_(variables) {
    variables_["LC_ALL"] = "C.UTF-8";
    variables_["TMUX"] = "";
    // The window stays when the command has ended, so that its last picture can be read; the sleep,
    // since tmux does not always read what came right before its terminal was closed.
    auto started = tmux({"-f", "/dev/null", "new-session", "-d", "-x", std::to_string(width), "-y",
                         std::to_string(height), "sh"});
    EXPECT_EQ(started.code, 0) << started.err;
    for (const auto &words : std::vector<std::vector<std::string>>{
             {"set-option", "-g", "remain-on-exit", "on"},
             {"set-option", "-g", "remain-on-exit-format", ""},
             {"set-option", "-g", "status", "off"},
             {"set-option", "-g", "history-limit", "10000"},
             {"set-window-option", "-g", "window-size", "manual"},
             {"resize-window", "-x", std::to_string(width), "-y", std::to_string(height)},
             {"respawn-pane", "-k",
              shell_command + "; echo $? >" + shell_quote(exit_code_file()) + "; sleep 0.3"}}) {
        auto done = tmux(words);
        EXPECT_EQ(done.code, 0) << words.front() << " " << done.err;
    }
}

Tmux::~Tmux() {
    tmux({"kill-server"});
}

Result Tmux::tmux(std::vector<std::string> words) const {
    words.insert(words.begin(), {"tmux", "-u", "-S", socket_});
    return run(words, variables_);
}

std::string Tmux::screen(bool history, bool attributes) const {
    std::vector<std::string> words = {"capture-pane", "-p"};
    if (history)
        words.insert(words.end(), {"-S", "-"});
    if (attributes)
        words.emplace_back("-e");
    auto lines = split(tmux(words).out, '\n');
    for (auto &line : lines)
        line.erase(line.find_last_not_of(' ') + 1);
    while (!lines.empty() && lines.back().empty())
        lines.pop_back();
    return join(lines, "\n") + "\n";
}

std::string Tmux::wait_for(const std::function<bool(const std::string &)> &good) const {
    std::string seen;
    for (int i = 0; i < 200; ++i) {
        seen = screen();
        if (good(seen))
            break;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return seen;
}

void Tmux::resize(int width, int height) {
    tmux({"resize-window", "-x", std::to_string(width), "-y", std::to_string(height)});
}

// tmux sometimes loses the exit code of a command whose terminal it saw closed first.
std::string Tmux::exit_code_file() const {
    return socket_ + ".code";
}

int Tmux::exit_code() const {
    for (int i = 0; i < 200; ++i) {
        if (tmux({"display-message", "-p", "#{pane_dead}"}).out.starts_with("1"))
            return static_cast<int>(
                parse_integer(trim(read_file_if_exists(exit_code_file()).value_or("")))
                    .value_or(-1));
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return -1;
}

} // namespace berth::test
