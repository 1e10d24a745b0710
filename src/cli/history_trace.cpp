// SPDX-License-Identifier: Apache-2.0
// `berth history trace`: a build's OpenTelemetry trace, in Jaeger's JSON.
#include "berth/args/options.hpp"
#include "berth/history/trace.hpp"
#include "berth/util/error.hpp"

#include "history_nodes.hpp"

#include <memory>

namespace berth::cli {

namespace {

struct HistoryTraceOptions {
    std::vector<std::string> arguments;
    std::string address, compare;
};

ExitCode run_history_trace(Context &context, const HistoryTraceOptions &options) {
    if (!options.compare.empty() || !options.address.empty())
        throw usage_error(options.compare.empty() ? "--addr is not supported: berth has no viewer"
                                                  : "--compare is not supported: berth has no "
                                                    "viewer",
                          "redirect standard output to a file and load it in Jaeger");
    HistoryNodes nodes(context);
    auto record = nodes.find(options.arguments.empty() ? "" : options.arguments.front(), true);
    std::string trace;
    nodes.on(record.node, [&](buildkit::Connection &connection) {
        trace = history::read_trace(connection, record, context.now());
    });
    context.out << history::jaeger_trace(trace) << '\n';
    return ExitCode::success;
}

} // namespace

void add_history_trace(args::Command &group, Action &action) {
    auto options = std::make_shared<HistoryTraceOptions>();
    auto *command = group.add_command("trace", "Show the OpenTelemetry trace of a build record");
    args::add_value(*command, "--addr", options->address, "").type("ADDRESS").hide();
    args::add_value(*command, "--compare", options->compare, "").type("REF").hide();
    command->take_arguments("[REF]", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_history_trace(context, *options); };
    });
}

} // namespace berth::cli
