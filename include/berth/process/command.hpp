// SPDX-License-Identifier: Apache-2.0
// A command as a value, which the runner executes, --dry-run prints and tests compare.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace berth::process {

enum class Effect {
    query, // changes nothing; a dry run also executes it, since later commands depend on its output
    change, // a dry run prints it and assumes success
};

struct Command {
    // argv[0] is looked up on PATH unless it has a slash. --dry-run and --debug print every
    // argument: secrets go through standard input.
    std::vector<std::string> argv;
    Effect effect = Effect::change;
    std::chrono::milliseconds timeout{0}; // killed after that long; 0: never
    // Added to (or over) the environment. Values may be secrets: --dry-run and --debug print only
    // the names.
    std::vector<std::pair<std::string, std::string>> environment = {};
    // A directory to search before PATH; not printed, since the command works without it.
    std::string first_on_path = {};
    // An equivalent command for users, if only this program can use `argv`; --dry-run prints it
    // instead.
    std::vector<std::string> by_hand = {};
    // For cleanup: cancelling does not end it.
    bool despite_cancel = false;
};

// The command as one line that `sh` runs the same way.
std::string to_shell(const Command &command);

} // namespace berth::process
