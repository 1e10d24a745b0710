// SPDX-License-Identifier: Apache-2.0
// `berth history rm`: removes build records.
#include "berth/args/options.hpp"
#include "berth/builder/dial.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "history_nodes.hpp"

#include <memory>

namespace berth::cli {

namespace {

struct HistoryRmOptions {
    std::vector<std::string> refs;
    bool all = false;
};

void print_by_hand(Context &context, const HistoryNodes &nodes, std::size_t number,
                   const std::vector<std::string> &refs) {
    const auto &node = nodes.node(number);
    for (const auto &ref : refs)
        context.runner.run(
            builder::dial(context.docker(node), node, {"debug", "ctl", "--delete", ref}).command);
}

// The error of each node for each reference; empty if it was removed.
using Failures = std::vector<std::vector<std::string>>; // by reference, then node

void remove_from(const HistoryNodes &nodes, std::size_t number,
                 const std::vector<std::string> &refs, Failures &failures) {
    for (std::size_t i = 0; i < refs.size(); ++i)
        try {
            history::remove_record(nodes.connection(number), refs[i]);
        } catch (const buildkit::GrpcError &error) {
            failures[i][number] = builder::error_of(error, nodes.builder()).what();
        }
}

// A reference is on one node, so it failed only if it failed on every node.
void report(const Failures &failures) {
    std::vector<std::string> lines;
    for (const auto &of_ref : failures) {
        bool removed = false;
        for (const auto &failure : of_ref)
            removed = removed || failure.empty();
        if (!removed)
            lines.insert(lines.end(), of_ref.begin(), of_ref.end());
    }
    if (!lines.empty())
        throw Error(join(lines, "\n"), ExitCode::failure, "`berth history ls` lists the builds");
}

ExitCode run_history_rm(Context &context, const HistoryRmOptions &options) {
    if (options.refs.empty() && !options.all)
        throw usage_error("rm requires at least one argument", "or --all for all records");
    if (!options.refs.empty() && options.all)
        throw usage_error("rm requires either --all or at least one argument");
    HistoryNodes nodes(context);
    Failures failures(options.refs.size(), std::vector<std::string>(nodes.count()));
    nodes.each([&](std::size_t number) {
        auto refs = options.all ? history::read_refs(nodes.connection(number)) : options.refs;
        if (context.runner.dry())
            return print_by_hand(context, nodes, number, refs);
        if (!options.all)
            return remove_from(nodes, number, refs, failures);
        for (const auto &ref : refs)
            history::remove_record(nodes.connection(number), ref);
    });
    report(failures);
    return ExitCode::success;
}

} // namespace

void add_history_rm(args::Command &group, Action &action) {
    auto options = std::make_shared<HistoryRmOptions>();
    auto *command = group.add_command("rm", "Remove build records");
    args::add_switch(*command, "--all", options->all, "Remove all build records");
    command->take_arguments("[REF...]", options->refs);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_history_rm(context, *options); };
    });
}

} // namespace berth::cli
