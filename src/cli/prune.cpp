// SPDX-License-Identifier: Apache-2.0
// `berth prune`: removes cache of a builder or, with --orphans, leftovers of removed builders.
#include "berth/args/options.hpp"
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/confirm.hpp"
#include "berth/cli/context_builder.hpp"
#include "berth/cli/each_node.hpp"
#include "berth/cli/prune_orphans.hpp"
#include "berth/cli/usage_text.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace berth::cli {

namespace {

struct PruneOptions {
    std::optional<std::chrono::nanoseconds> timeout;
    std::vector<std::string> arguments, filters;
    std::int64_t reserved_space = 0, max_used_space = 0, min_free_space = 0;
    bool all = false, force = false, verbose = false, orphans = false;
};

builder::PruneRequest read_request(const PruneOptions &options) {
    return {.filter = builder::parse_usage_filter(options.filters),
            .all = options.all,
            .reserved_space = options.reserved_space,
            .max_used_space = options.max_used_space,
            .min_free_space = options.min_free_space};
}

// Prunes the nodes concurrently. Prints the records that some removed even if others failed.
void prune(Context &context, const builder::PruneRequest &request, bool verbose,
           std::chrono::milliseconds timeout) {
    auto found = find_build_builder(context, choose_builder(context));
    if (!found) // nothing was built in this docker context
        return print_pruned(context.out, {}, verbose, context.now());
    const auto &chosen = *found;
    container_node(chosen);
    const auto &nodes = chosen.record.nodes;
    std::vector<UsageRecords> removed(nodes.size());
    auto failures = for_each_node(context.runner, nodes.size(), [&](std::size_t i) {
        builder::prune(
            context.docker(nodes[i]), nodes[i], chosen.record.name, request,
            [&, i](builder::UsageRecord record) { removed[i].push_back(std::move(record)); },
            timeout);
    });
    if (context.runner.dry())
        return;
    UsageRecords all;
    for (auto &of_node : removed)
        for (auto &record : of_node)
            all.push_back(std::move(record));
    bool failed = std::any_of(failures.begin(), failures.end(),
                              [](const auto &failure) { return failure != nullptr; });
    if (!failed || !all.empty())
        print_pruned(context.out, all, verbose, context.now());
    rethrow_first(failures);
}

ExitCode run_prune(Context &context, const PruneOptions &options) {
    context.limit_status(options.timeout);
    auto request = read_request(options);
    if (options.orphans) {
        if (request.limited() || options.verbose)
            throw usage_error("--orphans can be combined only with --force",
                              "the other options apply to the cache of a builder");
        return prune_orphans(context, options.force);
    }
    auto warning = fmt::format(
        "WARNING! This will remove all {}build cache. Are you sure you want to continue?",
        options.all ? "" : "dangling ");
    if (options.force || context.runner.dry() || confirm(context, warning))
        prune(context, request, options.verbose, context.usage_timeout(options.timeout));
    return ExitCode::success;
}

} // namespace

void add_prune(args::Command &app, Action &action) {
    auto options = std::make_shared<PruneOptions>();
    auto *command = app.add_command("prune", "Remove build cache");
    args::add_switch(*command, "-a,--all", options->all, "Include internal and frontend images");
    args::add_repeated(*command, "--filter", options->filters,
                       "Filter records as with du, or by age (until=24h)")
        .type("FILTER");
    args::add_switch(*command, "-f,--force", options->force, "Do not prompt for confirmation");
    args::add_size(*command, "--max-used-space", options->max_used_space,
                   "Maximum disk space of the cache")
        .type("BYTES");
    args::add_size(*command, "--min-free-space", options->min_free_space,
                   "Free disk space to reach")
        .type("BYTES");
    args::add_switch(*command, "--orphans", options->orphans,
                     "Remove containers and volumes of unknown builders instead");
    args::add_size(*command, "--reserved-space", options->reserved_space,
                   "Disk space that is always kept for the cache")
        .type("BYTES");
    args::add_switch(*command, "--verbose", options->verbose,
                     "Show details of each removed record");
    args::add_size(*command, "--keep-storage", options->reserved_space, "")
        .deprecate("keep-storage flag has been changed to reserved-space");
    args::add_duration(*command, "--timeout", options->timeout,
                       "Time to wait for the builder's answer")
        .type("DURATION");
    command->take_arguments("", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_prune(context, *options); };
    });
}

} // namespace berth::cli
