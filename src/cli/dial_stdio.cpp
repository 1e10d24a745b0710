// SPDX-License-Identifier: Apache-2.0
// `berth dial-stdio`: standard input and output as a connection to a builder's BuildKit, for other
// clients of its API.
#include "berth/args/options.hpp"
#include "berth/builder/dial.hpp"
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/context_builder.hpp"
#include "berth/job/flag_values.hpp"
#include "berth/process/standard_input.hpp"

#include <memory>

namespace berth::cli {

namespace {

struct DialStdioOptions {
    std::vector<std::string> arguments;
    std::string platform, progress = "none";
};

std::vector<std::string> wanted_platforms(const Context &context, const std::string &given) {
    auto text = given.empty() ? context.environment.get("DOCKER_DEFAULT_PLATFORM") : given;
    return text.empty() ? std::vector<std::string>() : job::read_platforms({text});
}

// Returns when either side has closed the connection.
void pipe(Context &context, const docker::Docker &docker, const store::NodeRecord &node,
          const std::string &builder) {
    // Replies to BuildKit's pings must not wait behind much data (docs/decisions.md).
    constexpr int waits_in_pipe = 64 << 10;
    process::StandardInput in(context.cancellation);
    auto dial = builder::dial(docker, node);
    process::Streams streams;
    streams.input = [&in](char *buffer, std::size_t size) { return in.read(buffer, size); };
    streams.input_ahead = waits_in_pipe;
    streams.on_exit = [&in] { in.stop(); };
    streams.on_output = [&context](std::string_view bytes) {
        context.out.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush();
        if (!context.out)
            throw Error("cannot write to standard output: the client has gone away");
    };
    if (dial.tls)
        streams = process::with_tls(streams, *dial.tls);
    auto outcome = context.runner.run(dial.command, streams);
    if (outcome.kind == process::Outcome::Kind::cancelled)
        context.cancellation.check();
    if (!outcome.ok())
        throw builder::error_of(buildkit::CommandEnded(dial.command, std::move(outcome)), builder);
}

void connect(Context &context, const ChosenBuilder &chosen,
             const std::vector<std::string> &platforms, progress::Mode mode,
             progress::Display &display) {
    auto builder = make_build_builder(context, chosen, mode, display);
    const auto &node = build_node(context, builder, platforms);
    if (!context.runner.dry())
        context.store().begin().touch(builder.record.name, context.now());
    auto docker = context.docker(node);
    auto workers = context.worker_cache();
    progress::Task task(display, "Proxying to builder", context.now);
    task.step("Dialing builder", [&] {
        builder::boot(docker, node, display, context.surroundings(workers, node.endpoint));
    });
    pipe(context, docker, node, builder.record.name);
}

ExitCode run_dial_stdio(Context &context, const DialStdioOptions &options) {
    auto mode = progress::parse_mode(options.progress);
    auto platforms = wanted_platforms(context, options.platform);
    auto chosen = choose_builder(context);
    const auto &name = chosen.record.name;
    auto shown = context.display_options();
    shown.builder_line = "builder: " + name;
    shown.builder_name = "builder:" + name;
    draw_on(progress::make_display(mode, context.err, shown), [&](progress::Display &display) {
        connect(context, chosen, platforms, mode, display);
    });
    return ExitCode::success;
}

} // namespace

void add_dial_stdio(args::Command &app, Action &action) {
    auto options = std::make_shared<DialStdioOptions>();
    auto *command =
        app.add_command("dial-stdio", "Proxy current stdio streams to builder instance");
    args::add_value(*command, "--platform", options->platform,
                    "Target platform, for the choice of a node")
        .type("PLATFORM");
    args::add_value(*command, "--progress", options->progress, "Type of progress output")
        .type("auto|plain|tty|rawjson|quiet|none");
    command->take_arguments("", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_dial_stdio(context, *options); };
    });
}

} // namespace berth::cli
