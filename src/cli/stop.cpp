// SPDX-License-Identifier: Apache-2.0
// `berth stop`: stops the containers of a builder and keeps their state.
#include "berth/args/options.hpp"
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/each_node.hpp"

#include <memory>

namespace berth::cli {

namespace {

struct StopOptions {
    std::vector<std::string> arguments;
};

ExitCode run_stop(Context &context, const StopOptions &options) {
    auto chosen =
        choose_builder(context, options.arguments.empty() ? "" : options.arguments.front());
    if (chosen.from_context) // an engine, which keeps running; not an error, as in docker buildx
        return ExitCode::success;
    container_node(chosen);
    const auto &nodes = chosen.record.nodes;
    rethrow_first(for_each_node(context.runner, nodes.size(), [&](std::size_t i) {
        builder::stop(context.docker(nodes[i]), nodes[i]);
    }));
    return ExitCode::success;
}

} // namespace

void add_stop(args::Command &app, Action &action) {
    auto options = std::make_shared<StopOptions>();
    auto *command = app.add_command("stop", "Stop a builder instance");
    command->take_arguments("[BUILDER]", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_stop(context, *options); };
    });
}

} // namespace berth::cli
