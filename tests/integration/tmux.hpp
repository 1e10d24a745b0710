// SPDX-License-Identifier: Apache-2.0
// A terminal for tests: tmux, a terminal emulator that reports the content of its screen.
#pragma once

#include "support.hpp"

#include <functional>
#include <string>

namespace berth::test {

// One window of a tmux server of its own, which ends with it.
class Tmux {
  public:
    // Runs `shell_command` in a terminal of that size.
    Tmux(const World &world, const std::string &shell_command, int width, int height,
         const Variables &variables);
    ~Tmux();
    Tmux(const Tmux &) = delete;
    Tmux &operator=(const Tmux &) = delete;

    // The visible lines, with `history` after those that scrolled away; trailing spaces are
    // removed. With `attributes`, colours are included as escape sequences.
    std::string screen(bool history = false, bool attributes = false) const;
    // The screen once `good` accepts it, or the last one after ten seconds.
    std::string wait_for(const std::function<bool(const std::string &)> &good) const;
    void resize(int width, int height);
    // The command's exit code, once it has ended.
    int exit_code() const;

  private:
    std::string exit_code_file() const;
    Result tmux(std::vector<std::string> words) const;
    std::string socket_;
    Variables variables_;
};

} // namespace berth::test
