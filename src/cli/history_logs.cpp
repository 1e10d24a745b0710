// SPDX-License-Identifier: Apache-2.0
// `berth history logs`: prints the log of a build, as the build printed it.
#include "berth/args/options.hpp"
#include "berth/buildkit/control.hpp"
#include "berth/cli/choose_builder.hpp"
#include "berth/solve/read_status.hpp"

#include "history_nodes.hpp"

#include <memory>

namespace berth::cli {

namespace {

struct HistoryLogsOptions {
    std::vector<std::string> arguments;
    std::string progress = "plain";
};

void draw(const HistoryNodes &nodes, const history::Record &record, progress::Display &display) {
    nodes.on(record.node, [&](buildkit::Connection &connection) {
        buildkit::Control(connection)
            .status(record.message.ref(), [&](const buildkit::control::StatusResponse &status) {
                solve::report_status(
                    status, [&](const progress::SolveStatus &piece) { display.update(piece); });
            });
    });
}

ExitCode run_history_logs(Context &context, const HistoryLogsOptions &options) {
    auto mode = progress::parse_mode(options.progress);
    if (mode == progress::Mode::automatic)
        mode = progress::Mode::plain;
    HistoryNodes nodes(context);
    auto record = nodes.find(options.arguments.empty() ? "" : options.arguments.front());
    draw_on(progress::make_display(mode, context.err, context.display_options()),
            [&](progress::Display &display) { draw(nodes, record, display); });
    return ExitCode::success;
}

} // namespace

void add_history_logs(args::Command &group, Action &action) {
    auto options = std::make_shared<HistoryLogsOptions>();
    auto *command = group.add_command("logs", "Print the logs of a build record");
    args::add_value(*command, "--progress", options->progress,
                    "Type of progress output (default: plain)")
        .type("auto|plain|tty|rawjson|quiet|none");
    command->take_arguments("[REF]", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_history_logs(context, *options); };
    });
}

} // namespace berth::cli
