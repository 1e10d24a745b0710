// SPDX-License-Identifier: Apache-2.0
// A terminal for tests: tmux, which is a terminal emulator that can be asked what is on its screen.
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

    // What is seen, and before it what scrolled away when `history`; blanks at the ends are cut.
    // With `attributes` the colours stay in it as escape sequences.
    std::string screen(bool history = false, bool attributes = false) const;
    // The screen once `good` says yes to it; the last one seen when that takes ten seconds.
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
