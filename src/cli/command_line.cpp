#include "berth/cli/command_line.hpp"

#include "berth/cli/options.hpp"
#include "berth/process/dry_run.hpp"
#include "berth/process/real_runner.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <iostream>
#include <unistd.h>

namespace berth::cli {

namespace {

// The list of all subcommands.
void add_all(CLI::App &app, Action &action) {
    add_build(app, action);
    add_context(app, action);
    add_create(app, action);
    add_du(app, action);
    add_ensure(app, action);
    add_inspect(app, action);
    add_ls(app, action);
    add_prune(app, action);
    add_rm(app, action);
    add_stop(app, action);
    add_upgrade(app, action);
    add_use(app, action);
    add_version(app, action);
}

struct GlobalOptions {
    std::string builder;
    bool debug = false, dry_run = false;
};

void add_global_options(CLI::App &app, GlobalOptions &options) {
    add_value(app, "--builder", options.builder, "Override the configured builder instance")
        ->type_name("NAME");
    add_switch(app, "-D,--debug", options.debug,
               "Print the docker commands as they run, with time and exit code");
    add_switch(app, "--dry-run", options.dry_run,
               "Print the docker commands instead of running them");
}

std::vector<std::string> option_names(const CLI::App &app) {
    std::vector<std::string> names;
    for (const auto *option : app.get_options())
        for (const auto &name : option->get_lnames())
            names.push_back("--" + name);
    return names;
}

// The arguments that CLI11 could not place: unknown commands and flags.
void refuse_rest(const CLI::App &app) {
    auto rest = app.remaining(true);
    if (rest.empty())
        return;
    auto chosen = app.get_subcommands();
    const auto &word = rest.front();
    if (word.starts_with('-') && word.size() > 1) {
        auto flag = word.substr(0, word.find('='));
        auto names = option_names(app);
        if (!chosen.empty())
            for (auto &name : option_names(*chosen.front()))
                names.push_back(std::move(name));
        auto near = flag.starts_with("--") ? nearest(flag, names) : "";
        auto help =
            chosen.empty() ? "berth --help" : "berth " + chosen.front()->get_name() + " --help";
        auto kind = flag.starts_with("--") ? "unknown flag" : "unknown shorthand flag";
        throw usage_error(fmt::format("{}: {}", kind, printable(flag)),
                          near.empty() ? fmt::format("see '{}'", help)
                                       : fmt::format("did you mean {}? See '{}'", near, help));
    }
    std::vector<std::string> commands;
    for (const auto *command : app.get_subcommands([](const CLI::App *) { return true; }))
        commands.push_back(command->get_name());
    auto near = nearest(word, commands);
    throw usage_error(fmt::format("unknown command: \"{}\"", printable(word)),
                      near.empty() ? "see 'berth --help'"
                                   : fmt::format("did you mean '{}'? See 'berth --help'", near));
}

// Prints a command and how it went to standard error as it ends.
void report(const process::Command &command, const process::Outcome &outcome) {
    using Kind = process::Outcome::Kind;
    std::string how = outcome.kind == Kind::exited      ? fmt::format("exit {}", outcome.code)
                      : outcome.kind == Kind::signalled ? fmt::format("signal {}", outcome.code)
                      : outcome.kind == Kind::timed_out ? "timed out"
                      : outcome.kind == Kind::cancelled ? "cancelled"
                                                        : "not started";
    // One write, so that commands that run side by side do not mix their lines.
    auto line = fmt::format("+ {}  # {:.3f}s, {}\n", process::to_shell(command),
                            static_cast<double>(outcome.elapsed.count()) / 1000.0, how);
    std::cerr << line << std::flush;
}

Context make_context(process::Runner &runner, const process::Cancellation &cancellation,
                     const Environment &environment, const GlobalOptions &options) {
    Context context{.runner = runner,
                    .cancellation = cancellation,
                    .environment = environment,
                    .out = std::cout,
                    .err = std::cerr,
                    .out_is_terminal = ::isatty(STDOUT_FILENO) == 1,
                    .err_is_terminal = ::isatty(STDERR_FILENO) == 1,
                    .in_is_terminal = ::isatty(STDIN_FILENO) == 1,
                    .now = [] { return std::chrono::system_clock::now(); },
                    .builder = options.builder,
                    .debug = options.debug};
    context.terminal_size = [] {
        return progress::terminal_size(STDERR_FILENO).value_or(progress::TerminalSize());
    };
    return context;
}

ExitCode run_action(const Action &action, const GlobalOptions &options,
                    process::Cancellation &cancellation) {
    auto environment = Environment::of_process();
    process::RealRunner real(cancellation);
    if (options.debug)
        real.on_end = report;
    process::DryRunner dry(real, std::cout);
    auto context = make_context(options.dry_run ? static_cast<process::Runner &>(dry) : real,
                                cancellation, environment, options);
    cancellation.catch_signals();
    return action(context);
}

// `berth help build` is `berth build --help`.
std::vector<std::string> without_help_word(std::vector<std::string> arguments) {
    if (arguments.size() > 1 && arguments[1] == "help") {
        arguments.erase(arguments.begin() + 1);
        arguments.emplace_back("--help");
    }
    return arguments;
}

int print_error(const std::string &what, const std::string &hint, int code) {
    std::cout << std::flush;
    std::cerr << "ERROR: " << what << (hint.empty() ? "" : "; ") << hint << '\n' << std::flush;
    return code;
}

} // namespace

int run(const std::vector<std::string> &given) {
    auto arguments = without_help_word(given);
    std::ios::sync_with_stdio(false);
    CLI::App app("Build container images in BuildKit containers, driven by the docker CLI",
                 "berth");
    app.fallthrough();
    app.allow_extras();
    app.set_version_flag("--version", "berth " BERTH_VERSION);
    app.set_help_flag("-h,--help", "Print this help and exit");
    GlobalOptions options;
    Action action;
    process::Cancellation cancellation;
    try {
        add_global_options(app, options);
        add_all(app, action);
        // CLI11 takes the arguments last one first.
        std::vector<std::string> reversed(arguments.rbegin(), arguments.rend() - 1);
        app.parse(reversed);
        refuse_rest(app);
        if (!action) {
            std::cout << app.help();
            return 0;
        }
        auto code = run_action(action, options, cancellation);
        std::cout << std::flush;
        if (!std::cout)
            return print_error("cannot write to standard output", "", 1);
        return static_cast<int>(code);
    } catch (const CLI::ParseError &error) {
        if (error.get_exit_code() == 0)
            return app.exit(error, std::cout, std::cerr); // --help, --version
        return print_error(printable(error.what(), true), "see 'berth --help'",
                           static_cast<int>(ExitCode::usage));
    } catch (const Error &error) {
        auto code = error.code() == ExitCode::cancelled ? cancellation.exit_code()
                                                        : static_cast<int>(error.code());
        return print_error(error.what(), error.hint(), code);
    } catch (const std::exception &error) {
        return print_error(printable(error.what(), true), "", static_cast<int>(ExitCode::failure));
    }
}

} // namespace berth::cli
