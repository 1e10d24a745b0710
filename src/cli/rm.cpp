// SPDX-License-Identifier: Apache-2.0
// `berth rm`: removes builders with their containers and state volumes.
#include "berth/args/options.hpp"
#include "berth/builder/context_builder.hpp"
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/confirm.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace berth::cli {

namespace {

struct RmOptions {
    std::optional<std::chrono::nanoseconds> timeout;
    std::vector<std::string> arguments;
    bool keep_state = false, keep_daemon = false, force = false, all_inactive = false;
};

// A builder whose file cannot be read: its one node, most likely, is <name>0 on this engine.
void remove_broken(Context &context, const std::string &name, const RmOptions &options,
                   const Error &error) {
    if (!options.force)
        throw Error(error.what(), error.code(),
                    "fix the file, or `berth rm --force " + name +
                        "` removes it, and the container and state of node " + lower(name) + "0");
    builder::remove(context.docker(""), {.name = lower(name) + "0", .endpoint = ""},
                    options.keep_state, options.keep_daemon);
    if (!context.runner.dry())
        context.store().begin().remove(name);
    context.err << name << " removed\n";
}

bool is_broken(Context &context, const std::string &name, std::optional<Error> &why) {
    try {
        if (!name.empty())
            context.store().find(name);
        return false;
    } catch (const Error &error) {
        why = error;
        return true;
    }
}

// The builder is removed from the store, but not its containers on engines that do not answer.
class LeftBehind : public Error {
  public:
    using Error::Error;
};

using NodeErrors = std::vector<std::pair<std::string, Error>>; // by the node's name

// An engine that is gone for good must not make its builder stay forever: as with docker buildx,
// what can be reached is removed. Returns the nodes whose engines do not answer.
NodeErrors remove_nodes(Context &context, const store::BuilderRecord &record,
                        const RmOptions &options) {
    NodeErrors left;
    for (const auto &node : record.nodes) {
        auto docker = context.docker(node);
        if (options.timeout)
            docker.set_limit(context.status_timeout);
        try {
            builder::remove(docker, node, options.keep_state, options.keep_daemon);
        } catch (const Error &error) {
            if (error.code() != ExitCode::engine_unavailable)
                throw;
            left.emplace_back(node.name, error);
        }
    }
    return left;
}

// With --force a warning, else an error that names the builder.
void report_left(Context &context, const std::string &builder, const NodeErrors &left, bool force) {
    if (left.empty())
        return;
    std::vector<std::string> errors;
    for (const auto &[name, error] : left) {
        errors.push_back(fmt::format("node {}: {}", name, error.what()));
        if (force)
            context.err << "WARNING: " << error.what() << "; container and state of " << name
                        << " may be left behind\n";
    }
    if (!force)
        throw LeftBehind(
            fmt::format("failed to remove {}: {}", builder, join(errors, ", ")),
            left.front().second.code(),
            "the builder is gone from the store; when the engine answers again, `berth "
            "prune --orphans` removes the container and the state");
}

void remove_builder(Context &context, const std::string &name, const RmOptions &options) {
    if (std::optional<Error> why; is_broken(context, name, why))
        return remove_broken(context, name, options, *why);
    auto chosen = choose_builder(context, name);
    if (chosen.from_context)
        throw Error("context builder cannot be removed", ExitCode::usage,
                    "run `docker context rm " + chosen.record.name + "` to remove this context");
    // Checks that the store is writable before containers and caches are removed.
    if (!context.runner.dry())
        context.store().begin();
    NodeErrors left;
    if (chosen.record.driver == "docker-container")
        left = remove_nodes(context, chosen.record, options);
    if (!context.runner.dry())
        context.store().begin().remove(chosen.record.name);
    report_left(context, chosen.record.name, left, options.force);
    context.err << (name.empty() ? chosen.record.name : name) << " removed\n";
}

// Queries the nodes of all builders in parallel, with one command per engine.
// As for docker buildx, which asks docker whether the container is running, in a wider sense.
bool runs(const NodeState &state) {
    return state.status == "running" || state.status == "paused" || state.status == "restarting";
}

bool is_inactive(const NodeState &state) {
    return !runs(state) && !state.timed_out;
}

std::vector<std::string> inactive_builders(Context &context) {
    auto records = context.store().list();
    // Builders of docker contexts are kept, like the contexts.
    std::erase_if(records, [](const auto &record) {
        return record.driver != "docker-container" || builder::is_context_builder(record);
    });
    std::vector<const store::NodeRecord *> nodes;
    for (const auto &record : records)
        for (const auto &node : record.nodes)
            nodes.push_back(&node);
    auto states = node_states(context, nodes);
    std::vector<std::string> names;
    auto state = states.cbegin();
    for (const auto &record : records) {
        auto end = state + static_cast<std::ptrdiff_t>(record.nodes.size());
        if (std::all_of(state, end, is_inactive))
            names.push_back(record.name);
        else if (std::none_of(state, end, runs))
            context.err << fmt::format("WARNING: {} is kept: its engine has not answered in time; "
                                       "`--timeout` sets another limit\n",
                                       printable(record.name));
        state = end;
    }
    return names;
}

constexpr std::chrono::seconds all_inactive_timeout{20}; // docker buildx's

constexpr const char *inactive_warning =
    "WARNING! This will remove all builders that are not in running state. Are you sure you want "
    "to continue?";

ExitCode run_rm(Context &context, const RmOptions &options) {
    if (options.all_inactive) // a slow engine may have running builders
        context.status_timeout = all_inactive_timeout;
    context.limit_status(options.timeout);
    if (options.all_inactive && !options.arguments.empty())
        throw usage_error("cannot specify builder name when --all-inactive is set");
    std::vector<std::string> names;
    for (const auto &name : options.arguments)
        if (std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(name);
    if (options.all_inactive) {
        if (!options.force && !context.runner.dry() && !confirm(context, inactive_warning))
            return ExitCode::success;
        names = inactive_builders(context);
    } else if (names.empty()) {
        names.emplace_back(); // the current one
    }
    // Continues after a failure; the exit code is that of the first one.
    auto code = ExitCode::success;
    for (const auto &name : names) {
        try {
            remove_builder(context, name, options);
        } catch (const Error &error) {
            if (error.code() == ExitCode::cancelled || names.size() == 1)
                throw;
            context.err << "ERROR: ";
            if (dynamic_cast<const LeftBehind *>(&error) == nullptr)
                context.err << "failed to remove " << printable(name) << ": ";
            context.err << error.what() << (error.hint().empty() ? "" : "; ") << error.hint()
                        << '\n';
            if (code == ExitCode::success)
                code = error.code();
        }
    }
    return code;
}

} // namespace

void add_rm(args::Command &app, Action &action) {
    auto options = std::make_shared<RmOptions>();
    auto *command = app.add_command("rm", "Remove one or more builder instances");
    args::add_switch(*command, "--all-inactive", options->all_inactive,
                     "Remove all inactive builders");
    args::add_switch(*command, "-f,--force", options->force,
                     "Do not prompt, and ignore engines that are gone");
    args::add_switch(*command, "--keep-daemon", options->keep_daemon,
                     "Keep the BuildKit daemon running");
    args::add_switch(*command, "--keep-state", options->keep_state, "Keep BuildKit state");
    args::add_duration(*command, "--timeout", options->timeout,
                       "Time limit for engines to answer (default: 2s; 20s with --all-inactive)")
        .type("DURATION");
    command->take_arguments("[BUILDER...]", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_rm(context, *options); };
    });
}

} // namespace berth::cli
