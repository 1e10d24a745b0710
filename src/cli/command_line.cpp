#include "berth/cli/command_line.hpp"

#include "berth/cli/complete.hpp"
#include "berth/cli/help.hpp"
#include "berth/cli/invocation.hpp"
#include "berth/cli/options.hpp"
#include "berth/process/dry_run.hpp"
#include "berth/process/plugin_socket.hpp"
#include "berth/process/real_runner.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <unistd.h>

namespace berth::cli {

namespace {

// The list of all subcommands.
void add_all(CLI::App &app, Action &action) {
    add_build(app, action);
    add_context(app, action);
    add_create(app, action);
    add_doctor(app, action);
    add_du(app, action);
    add_ensure(app, action);
    add_inspect(app, action);
    add_install(app, action);
    add_ls(app, action);
    add_prune(app, action);
    add_rm(app, action);
    add_stop(app, action);
    add_uninstall(app, action);
    add_upgrade(app, action);
    add_use(app, action);
    add_version(app, action);
}

void add_global_options(CLI::App &app, GlobalOptions &options) {
    add_value(app, "--builder", options.builder, "Override the configured builder instance")
        ->type_name("BUILDER");
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
                     const Environment &environment, const GlobalOptions &options,
                     const Invocation &invocation) {
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
                    .debug = options.debug,
                    .program = invocation.program};
    context.terminal_size = [] {
        return progress::terminal_size(STDERR_FILENO).value_or(progress::TerminalSize());
    };
    return context;
}

// Docker's flags for this run, so that the commands that are printed work by themselves.
void print_variables(const Invocation &invocation) {
    for (const auto &[name, value] : invocation.variables)
        if (name.starts_with("DOCKER_") && !name.starts_with("DOCKER_CLI_PLUGIN_"))
            std::cout << (value ? fmt::format("export {}={}\n", name, shell_quote(*value))
                                : fmt::format("unset {}\n", name));
}

ExitCode run_action(const Action &action, const GlobalOptions &options,
                    const Invocation &invocation, process::Cancellation &cancellation) {
    auto environment = Environment::of_process();
    if (options.dry_run)
        print_variables(invocation);
    process::RealRunner real(cancellation);
    if (options.debug)
        real.on_end = report;
    process::DryRunner dry(real, std::cout);
    auto context = make_context(options.dry_run ? static_cast<process::Runner &>(dry) : real,
                                cancellation, environment, options, invocation);
    cancellation.catch_signals();
    process::PluginSocket socket(
        invocation.plugin ? environment.get("DOCKER_CLI_PLUGIN_SOCKET") : "", cancellation);
    return action(context);
}

// `berth help build` is `berth build --help`; switches may stand before it, as docker's do.
std::vector<std::string> without_help_word(std::vector<std::string> arguments) {
    auto first = std::find_if(arguments.begin(), arguments.end(),
                              [](const auto &word) { return !word.starts_with('-'); });
    if (first != arguments.end() && *first == "help") {
        arguments.erase(first);
        arguments.emplace_back("--help");
    }
    return arguments;
}

// Before anything looks at the environment, and while this is the only thread.
void set_variables(const Invocation &invocation) {
    for (const auto &[name, value] : invocation.variables)
        if (value)
            ::setenv(name.c_str(), value->c_str(), 1);
        else
            ::unsetenv(name.c_str());
}

// `__complete WORD… LAST`, and the same without descriptions.
bool is_completion(const Invocation &invocation) {
    return !invocation.arguments.empty() && (invocation.arguments.front() == "__complete" ||
                                             invocation.arguments.front() == "__completeNoDesc");
}

int answer_completion(const CLI::App &app, const Invocation &invocation) {
    auto environment = Environment::of_process();
    // As docker's own completion is told.
    bool described = invocation.arguments.front() == "__complete" &&
                     environment.get("DOCKER_CLI_DISABLE_COMPLETION_DESCRIPTION").empty();
    std::vector<std::string> words(invocation.arguments.begin() + 1, invocation.arguments.end());
    print_completion(std::cout, complete(app, words, environment), described);
    std::cout << std::flush;
    return 0;
}

// What a message tells to type, as this user types it: `docker buildx ls`, not `berth ls`.
std::string as_typed(std::string text, const std::string &name) {
    if (name == "berth")
        return text;
    for (const std::string quote : {"`", "'"})
        text = replace_all(text, quote + "berth ", quote + name + " ");
    return text;
}

int print_error(const Invocation &invocation, const std::string &what, const std::string &hint,
                int code) {
    std::cout << std::flush;
    std::cerr << as_typed("ERROR: " + what + (hint.empty() ? "" : "; ") + hint, invocation.name)
              << '\n'
              << std::flush;
    return code;
}

} // namespace

void declare(CLI::App &app, GlobalOptions &options, Action &action) {
    app.description("Build container images in BuildKit containers, driven by the docker CLI");
    app.fallthrough();
    app.allow_extras();
    app.formatter(std::make_shared<HelpFormatter>());
    app.set_version_flag("--version", "berth " BERTH_VERSION, "Print the version and exit");
    app.set_help_flag("-h,--help", "Print this help and exit");
    add_global_options(app, options);
    add_all(app, action);
}

int run(const std::vector<std::string> &argv) {
    std::ios::sync_with_stdio(false);
    if (argv.size() == 2 && argv[1] == metadata_word) {
        std::cout << plugin_metadata() << std::flush;
        return 0;
    }
    Invocation invocation;
    GlobalOptions options;
    Action action;
    process::Cancellation cancellation;
    CLI::App app;
    auto fail = [&](const std::string &what, const std::string &hint, ExitCode code) {
        auto number =
            code == ExitCode::cancelled ? cancellation.exit_code() : static_cast<int>(code);
        return print_error(invocation, what, hint, number);
    };
    try {
        invocation = read_invocation(argv, Environment::of_process());
        set_variables(invocation);
        app.name(invocation.name);
        declare(app, options, action);
        if (is_completion(invocation))
            return answer_completion(app, invocation);
        auto arguments = without_help_word(invocation.arguments);
        // CLI11 takes the arguments last one first.
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
        refuse_rest(app);
        if (!action) {
            std::cout << app.help();
            return 0;
        }
        auto code = run_action(action, options, invocation, cancellation);
        std::cout << std::flush;
        if (!std::cout)
            return fail("cannot write to standard output", "", ExitCode::failure);
        return static_cast<int>(code);
    } catch (const CLI::ParseError &error) {
        if (error.get_exit_code() == 0)
            return app.exit(error, std::cout, std::cerr); // --help, --version
        return fail(printable(error.what(), true), "see 'berth --help'", ExitCode::usage);
    } catch (const Error &error) {
        return fail(error.what(), error.hint(), error.code());
    } catch (const std::exception &error) {
        return fail(printable(error.what(), true), "", ExitCode::failure);
    }
}

} // namespace berth::cli
