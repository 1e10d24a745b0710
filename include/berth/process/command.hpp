// SPDX-License-Identifier: Apache-2.0
// A command as a value, which the runner executes, --dry-run prints and tests compare.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace berth::process {

enum class Effect {
    query,  // changes nothing; a dry run executes it too, since later commands depend on its answer
    change, // a dry run prints it and assumes success
};

struct Command {
    // argv[0] is looked up on PATH unless it has a slash. Every word is printed by --dry-run and
    // --debug: secrets go through standard input.
    std::vector<std::string> argv;
    Effect effect = Effect::change;
    std::chrono::milliseconds timeout{0}; // killed after that long; 0: never
    // Added to (or over) the environment. A value is taken for a secret: --dry-run and --debug
    // print its name alone.
    std::vector<std::pair<std::string, std::string>> environment = {};
    // A directory that is searched before PATH; not printed, since the command works without it.
    std::string first_on_path = {};
    // Arguments of a command that does the same for a person, when `argv` talks to this program
    // alone; --dry-run prints it instead.
    std::vector<std::string> by_hand = {};
    // For cleanup: a cancel does not end it.
    bool despite_cancel = false;
};

// The command as one line that `sh` runs the same way.
std::string to_shell(const Command &command);

} // namespace berth::process
