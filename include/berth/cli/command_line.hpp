// SPDX-License-Identifier: Apache-2.0
// All subcommands. Each has its own file in src/cli/ with an options struct, its declaration and
// its run function; a new one is a declaration here and a line in add_all().
#pragma once

#include "berth/args/command.hpp"
#include "berth/cli/context.hpp"
#include "berth/util/error.hpp"

#include <functional>
#include <string>
#include <vector>

namespace berth::cli {

// The run function of the chosen subcommand; set by its callback, called after parsing.
using Action = std::function<ExitCode(Context &)>;

void add_bake(args::Command &app, Action &action);
void add_build(args::Command &app, Action &action);
void add_create(args::Command &app, Action &action);
void add_dial_stdio(args::Command &app, Action &action);
void add_doctor(args::Command &app, Action &action);
void add_du(args::Command &app, Action &action);
void add_ensure(args::Command &app, Action &action);
void add_history(args::Command &app, Action &action);
void add_imagetools(args::Command &app, Action &action);
void add_inspect(args::Command &app, Action &action);
void add_install(args::Command &app, Action &action);
void add_ls(args::Command &app, Action &action);
void add_prune(args::Command &app, Action &action);
void add_rm(args::Command &app, Action &action);
void add_stop(args::Command &app, Action &action);
void add_uninstall(args::Command &app, Action &action);
void add_upgrade(args::Command &app, Action &action);
void add_use(args::Command &app, Action &action);
void add_version(args::Command &app, Action &action);
void add_context(args::Command &app, Action &action);

struct GlobalOptions {
    std::string builder;
    bool debug = false, dry_run = false, help = false, version = false;
};
// berth's own options and all subcommands, for parsing, help, completion and manual.
void declare(args::Command &app, GlobalOptions &options, Action &action);

// Parses the arguments (the program's name first), runs the command and returns the exit code of
// the process. Prints errors as `ERROR: …`.
int run(const std::vector<std::string> &argv);

} // namespace berth::cli
