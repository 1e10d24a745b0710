// The list of all subcommands. Each has a file of its own in src/cli/ with an options struct, its
// wiring to CLI11 and its run function; a new one is a declaration here and a line in add_all().
#pragma once

#include "berth/cli/context.hpp"
#include "berth/util/error.hpp"

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace berth::cli {

// What the chosen subcommand does; set by its callback, run when everything is parsed.
using Action = std::function<ExitCode(Context &)>;

void add_build(CLI::App &app, Action &action);
void add_create(CLI::App &app, Action &action);
void add_doctor(CLI::App &app, Action &action);
void add_du(CLI::App &app, Action &action);
void add_ensure(CLI::App &app, Action &action);
void add_inspect(CLI::App &app, Action &action);
void add_install(CLI::App &app, Action &action);
void add_ls(CLI::App &app, Action &action);
void add_prune(CLI::App &app, Action &action);
void add_rm(CLI::App &app, Action &action);
void add_stop(CLI::App &app, Action &action);
void add_uninstall(CLI::App &app, Action &action);
void add_upgrade(CLI::App &app, Action &action);
void add_use(CLI::App &app, Action &action);
void add_version(CLI::App &app, Action &action);
void add_context(CLI::App &app, Action &action);

struct GlobalOptions {
    std::string builder;
    bool debug = false, dry_run = false;
};
// berth's own options and all subcommands: what parsing, help, completion and manual go by.
void declare(CLI::App &app, GlobalOptions &options, Action &action);

// Parses the arguments (the program's name first) and runs; gives the process's exit code. Prints
// errors as `ERROR: …`.
int run(const std::vector<std::string> &argv);

} // namespace berth::cli
