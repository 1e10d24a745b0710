// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/command_line.hpp"

#include "berth/args/line.hpp"
#include "berth/args/options.hpp"
#include "berth/cli/complete.hpp"
#include "berth/cli/help.hpp"
#include "berth/cli/invocation.hpp"
#include "berth/cli/version_text.hpp"
#include "berth/process/dry_run.hpp"
#include "berth/process/plugin_socket.hpp"
#include "berth/process/real_runner.hpp"
#include "berth/store/auth_variable.hpp"
#include "berth/store/docker_config.hpp"
#include "berth/util/descriptor_stream.hpp"
#include "berth/util/strings.hpp"

#include "refused_commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <unistd.h>

namespace berth::cli {

namespace {

// The list of all subcommands.
void add_all(args::Command &app, Action &action) {
    add_bake(app, action);
    add_build(app, action);
    add_context(app, action);
    add_create(app, action);
    add_dial_stdio(app, action);
    add_doctor(app, action);
    add_du(app, action);
    add_ensure(app, action);
    add_history(app, action);
    add_imagetools(app, action);
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

void add_global_options(args::Command &app, GlobalOptions &options) {
    args::add_value(app, "--builder", options.builder, "Override the configured builder instance")
        .type("BUILDER")
        .inherit();
    args::add_switch(app, "-D,--debug", options.debug,
                     "Print docker commands as they run, with their exit codes")
        .inherit();
    args::add_switch(app, "--dry-run", options.dry_run,
                     "Print docker commands instead of running them")
        .inherit();
}

// Prints a command and its result to standard error when it ends.
void report(const process::Command &command, const process::Outcome &outcome) {
    using Kind = process::Outcome::Kind;
    std::string how = outcome.kind == Kind::exited      ? fmt::format("exit {}", outcome.code)
                      : outcome.kind == Kind::signalled ? fmt::format("signal {}", outcome.code)
                      : outcome.kind == Kind::timed_out ? "timed out"
                      : outcome.kind == Kind::cancelled ? "cancelled"
                      : outcome.kind == Kind::hung_up   ? "hung up"
                                                        : "not started";
    // One write, so that commands that run in parallel do not mix their lines.
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
                    .program = invocation.program,
                    .name = invocation.name,
                    .arguments = invocation.arguments,
                    .as_buildx = invocation.as_buildx};
    context.terminal_size = [] {
        return progress::terminal_size(STDERR_FILENO).value_or(progress::TerminalSize());
    };
    return context;
}

// Prints docker's flags of this run as variables, so that the printed commands work on their own.
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
    for (const auto &problem :
         {store::read_docker_config(store::docker_config_directory(environment)).problem,
          store::read_auth_variable(environment).problem})
        if (!problem.empty())
            std::cerr << "WARNING: " << problem << '\n';
    process::PluginSocket socket(
        invocation.plugin ? environment.get("DOCKER_CLI_PLUGIN_SOCKET") : "", cancellation);
    return action(context);
}

// `berth help build` is `berth build --help`.
void add_help(args::Command &app, Action &action) {
    auto arguments = std::make_shared<std::vector<std::string>>();
    auto *command = app.add_command("help", "Print help for a command");
    command->hide();
    command->take_arguments("[COMMAND...]", *arguments);
    command->callback([&app, &action, arguments] {
        const args::Command *about = &app;
        for (const auto &argument : *arguments) {
            const auto *next = about->find_command(argument);
            if (next == nullptr && !about->commands().empty())
                args::check_arguments(*about, {argument});
            about = next == nullptr ? about : next;
        }
        action = [about](Context &context) {
            context.out << help_text(*about);
            return ExitCode::success;
        };
    });
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

int answer_completion(const args::Command &app, const Invocation &invocation) {
    auto environment = Environment::of_process();
    // The same switch as docker's own completion.
    bool described = invocation.arguments.front() == "__complete" &&
                     environment.get("DOCKER_CLI_DISABLE_COMPLETION_DESCRIPTION").empty();
    std::vector<std::string> arguments(invocation.arguments.begin() + 1,
                                       invocation.arguments.end());
    print_completion(std::cout, complete(app, arguments, environment), described);
    std::cout << std::flush;
    return 0;
}

// Commands in messages, as this user types them: `docker buildx ls`, not `berth ls`.
std::string as_typed(std::string text, const std::string &name) {
    if (name == "berth")
        return text;
    for (const std::string quote : {"`", "'"})
        text = replace_all(text, quote + "berth ", quote + name + " ");
    return text;
}

// Sets the action of the line's command.
void choose(const args::Line &line) {
    args::check_arguments(*line.command, line.arguments);
    if (line.command->callback())
        line.command->callback()(line);
}

void warn_of_deprecated(const args::Line &line) {
    for (const auto &[option, value] : line.options)
        if (!option->deprecated.empty())
            std::cerr << "Flag " << option->long_name() << " has been deprecated, "
                      << option->deprecated << '\n';
}

// Standard output and error, whose readers may go away before the end: `berth ls | head -1`.
class StandardStreams {
  public:
    explicit StandardStreams(process::Cancellation &cancellation)
        : out_(
              STDOUT_FILENO, [&cancellation] { cancellation.output_closed(); },
              cancellation.given_up()),
          err_(
              STDERR_FILENO, [&cancellation] { cancellation.output_closed(); },
              cancellation.given_up()),
          old_out_(std::cout.rdbuf(&out_)),
          old_err_(std::cerr.rdbuf(&err_)) {}
    ~StandardStreams() {
        std::cout.flush();
        std::cout.rdbuf(old_out_);
        std::cerr.rdbuf(old_err_);
    }
    StandardStreams(const StandardStreams &) = delete;
    StandardStreams &operator=(const StandardStreams &) = delete;

  private:
    DescriptorBuffer out_, err_;
    std::streambuf *old_out_, *old_err_;
};

int print_error(const Invocation &invocation, const std::string &what, const std::string &hint,
                int code) {
    std::cout << std::flush;
    std::cerr << as_typed("ERROR: " + what + (hint.empty() ? "" : "; ") + hint, invocation.name)
              << '\n'
              << std::flush;
    return code;
}

} // namespace

void declare(args::Command &app, GlobalOptions &options, Action &action) {
    app.set_description("Build container images in BuildKit containers, driven by the docker CLI");
    args::add_switch(app, "-h,--help", options.help, "Print this help and exit").inherit();
    args::add_switch(app, "--version", options.version, "Print the version and exit");
    add_global_options(app, options);
    add_all(app, action);
    add_help(app, action);
}

int run(const std::vector<std::string> &argv) {
    std::ios::sync_with_stdio(false);
    if (argv.size() == 2 && argv[1] == metadata_word) {
        std::cout << plugin_metadata(argv.front()) << std::flush;
        return 0;
    }
    Invocation invocation;
    GlobalOptions options;
    Action action;
    process::Cancellation cancellation;
    StandardStreams streams(cancellation);
    args::Command app("berth", "");
    auto fail = [&](const std::string &what, const std::string &hint, ExitCode code) {
        cancellation.end_by_closed_output();
        // A failure after a signal may be its effect, for example an interrupted system call.
        bool interrupted = code == ExitCode::failure && cancellation.cancelled();
        auto number = code == ExitCode::cancelled || interrupted ? cancellation.exit_code()
                                                                 : static_cast<int>(code);
        return print_error(invocation, what, hint, number);
    };
    try {
        invocation = read_invocation(argv, Environment::of_process());
        set_variables(invocation);
        app.set_name(invocation.name);
        declare(app, options, action);
        if (is_completion(invocation))
            return answer_completion(app, invocation);
        refuse_missing_command(app, invocation.arguments);
        auto line = args::read_line(app, invocation.arguments);
        args::store_line(line);
        if (options.version) {
            std::cout << version_line(invocation.as_buildx) << std::flush;
            return 0;
        }
        if (!options.help)
            choose(line);
        if (!action) {
            std::cout << help_text(*line.command) << std::flush;
            return 0;
        }
        warn_of_deprecated(line);
        auto code = run_action(action, options, invocation, cancellation);
        std::cout << std::flush;
        if (!std::cout)
            return fail("cannot write to standard output", "", ExitCode::failure);
        return static_cast<int>(code);
    } catch (const Error &error) {
        auto code = fail(error.what(), error.hint(), error.code());
        std::cerr << error.epilogue() << std::flush;
        return code;
    } catch (const std::exception &error) {
        return fail(printable(error.what(), true), "", ExitCode::failure);
    }
}

} // namespace berth::cli
