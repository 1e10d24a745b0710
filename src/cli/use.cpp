// `berth use`: which builder commands work on from now on.
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/options.hpp"

#include <memory>

namespace berth::cli {

namespace {

struct UseOptions {
    std::vector<std::string> arguments;
    bool as_default = false, global = false;
};

ExitCode run_use(Context &context, const UseOptions &options) {
    check_arguments("use", options.arguments, 1, 1);
    if (options.arguments.front().empty())
        throw usage_error("a builder's name cannot be empty", "`berth ls` lists the builders");
    auto chosen = choose_builder(context, options.arguments.front());
    auto contexts = context.docker_contexts();
    auto endpoint = contexts.current_endpoint();
    // A docker context is chosen by having no builder chosen for it.
    if (chosen.from_context && chosen.record.name != contexts.current_name())
        throw usage_error("run `docker context use " + chosen.record.name +
                          "` to switch to context " + chosen.record.name);
    auto name = chosen.from_context ? "" : chosen.record.name;
    if (context.runner.dry())
        return ExitCode::success; // changes the store alone
    auto transaction = context.store().begin();
    transaction.set_current({.key = endpoint, .name = name, .global = options.global});
    // As docker buildx: choosing without --default also ends the default of before.
    transaction.set_default(endpoint, options.as_default ? name : "");
    return ExitCode::success;
}

} // namespace

void add_use(CLI::App &app, Action &action) {
    auto options = std::make_shared<UseOptions>();
    auto *command = app.add_subcommand("use", "Set the current builder instance");
    add_switch(*command, "--default", options->as_default,
               "Set builder as default for current context");
    add_switch(*command, "--global", options->global, "Builder persists context changes");
    add_arguments(*command, "BUILDER", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_use(context, *options); };
    });
}

} // namespace berth::cli
