// SPDX-License-Identifier: Apache-2.0
// `berth use`: sets the current builder.
#include "berth/args/options.hpp"
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/command_line.hpp"

#include <memory>

namespace berth::cli {

namespace {

struct UseOptions {
    std::vector<std::string> arguments;
    bool as_default = false, global = false;
};

ExitCode run_use(Context &context, const UseOptions &options) {
    auto name = options.arguments.empty() ? context.builder : options.arguments.front();
    if (name.empty() && options.arguments.empty())
        name = context.environment.get("BUILDX_BUILDER");
    if (name.empty())
        throw usage_error("a builder's name cannot be empty", "`berth ls` lists the builders");
    auto chosen = choose_builder(context, name);
    auto contexts = context.docker_contexts();
    auto endpoint = contexts.current_endpoint();
    // A docker context is current if no builder is set for it.
    if (chosen.from_context && chosen.record.name != contexts.current_name())
        throw usage_error("run `docker context use " + chosen.record.name +
                          "` to switch to context " + chosen.record.name);
    if (chosen.from_context)
        name.clear();
    if (context.runner.dry())
        return ExitCode::success; // changes only the store
    auto transaction = context.store().begin();
    transaction.set_current(
        {.key = endpoint, .name = name, .global = options.global && !chosen.from_context});
    // Like docker buildx: without --default, also unsets an earlier default.
    transaction.set_default(endpoint, options.as_default ? name : "");
    return ExitCode::success;
}

} // namespace

void add_use(args::Command &app, Action &action) {
    auto options = std::make_shared<UseOptions>();
    auto *command = app.add_command("use", "Set the current builder instance");
    args::add_switch(*command, "--default", options->as_default,
                     "Set builder as default for current context");
    args::add_switch(*command, "--global", options->global, "Builder persists context changes");
    command->take_arguments("[BUILDER]", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_use(context, *options); };
    });
}

} // namespace berth::cli
