// SPDX-License-Identifier: Apache-2.0
// Reads a command line by the rules of docker's parser (Go's spf13/pflag below spf13/cobra):
// - `--name VALUE`, `--name=VALUE`, `-n VALUE`, `-nVALUE`, `-n=VALUE`; a switch takes a value after
//   `=` only; short switches may be grouped (`-qf FILE`).
// - The argument after an option that takes a value is that value, whatever it looks like.
// - `-` alone is an argument; after `--` everything is.
// - Options may follow arguments, and stand before the command that they belong to if it inherits
//   them.
// - Only the first argument can name a command (below a command with commands, the next one).
#pragma once

#include "berth/args/command.hpp"
#include "berth/util/error.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace berth::args {

struct Line {
    const Command *command = nullptr;                                 // the innermost one
    std::vector<std::pair<const Option *, std::string>> options = {}; // in order, with values
    std::vector<std::string> arguments = {};
    const Option *expects_value = nullptr; // the line ends before its value
    bool options_ended = false;            // by `--`
    std::optional<Error> problem = {};     // the first one, with exit code `usage`

    // The last value of the option with that long name ("file"); empty: not given.
    std::string value(std::string_view name) const;
};

enum class Options {
    anywhere,
    before_arguments, // everything after the first argument is an argument
};

// Changes nothing. Continues after a problem, for completion.
Line read_line(const Command &root, const std::vector<std::string> &arguments,
               Options options = Options::anywhere);

// Stores the values of the options and the arguments. Throws the line's problem, or an Error (exit
// code `usage`) for the first invalid value.
void store_line(const Line &line);

// Throws docker's `'berth ls' requires 0 arguments` if the command's synopsis allows fewer or more,
// or an Error for an argument of a command that expects a subcommand.
void check_arguments(const Command &command, const std::vector<std::string> &arguments);

} // namespace berth::args
