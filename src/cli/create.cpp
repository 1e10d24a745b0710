// SPDX-License-Identifier: Apache-2.0
// `berth create`: a builder, or a node of one.
#include "berth/args/options.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/create_options.hpp"

#include <memory>

namespace berth::cli {

namespace {

ExitCode run_create(Context &context, const CreateOptions &options) {
    auto record = create_builder(context, options);
    if (!context.runner.dry() && !options.request.leave)
        context.out << record.name << '\n';
    return ExitCode::success;
}

} // namespace

void add_create(args::Command &app, Action &action) {
    auto options = std::make_shared<CreateOptions>();
    auto *command = app.add_command("create", "Create a new builder instance");
    args::add_switch(*command, "--append", options->request.append,
                     "Append a node to builder instead of changing it");
    add_create_flags(*command, *options);
    args::add_switch(*command, "--leave", options->request.leave,
                     "Remove a node from builder instead of changing it");
    command->callback([&action, options] {
        action = [options](Context &context) { return run_create(context, *options); };
    });
}

} // namespace berth::cli
