// `berth prune`: the cache of a builder; with --orphans, what builders that are gone left behind.
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/confirm.hpp"
#include "berth/cli/each_node.hpp"
#include "berth/cli/options.hpp"
#include "berth/cli/prune_orphans.hpp"
#include "berth/cli/usage_text.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace berth::cli {

namespace {

struct PruneOptions {
    std::vector<std::string> arguments, filters;
    std::string reserved_space, max_used_space, min_free_space, keep_storage;
    bool all = false, force = false, verbose = false, orphans = false;
};

std::int64_t read_size(const char *option, const std::string &text) {
    if (text.empty())
        return 0;
    auto bytes = parse_bytes(text);
    if (!bytes || *bytes < 0)
        throw usage_error(
            fmt::format("invalid argument \"{}\" for \"{}\" flag", printable(text), option),
            "a size is a number with b, k, m, g or t behind it, such as 512m");
    return *bytes;
}

builder::PruneRequest read_request(Context &context, const PruneOptions &options) {
    builder::PruneRequest request{
        .filter = builder::parse_usage_filter(options.filters),
        .all = options.all,
        .reserved_space = read_size("--reserved-space", options.reserved_space),
        .max_used_space = read_size("--max-used-space", options.max_used_space),
        .min_free_space = read_size("--min-free-space", options.min_free_space)};
    if (!options.keep_storage.empty()) {
        request.reserved_space = read_size("--keep-storage", options.keep_storage);
        context.err << "Flag --keep-storage has been deprecated, keep-storage flag has been "
                       "changed to reserved-space\n";
    }
    return request;
}

// The nodes side by side. What some removed is printed also when others failed.
void prune(Context &context, const builder::PruneRequest &request, bool verbose) {
    auto chosen = choose_builder(context);
    container_node(chosen);
    const auto &nodes = chosen.record.nodes;
    std::vector<UsageRecords> removed(nodes.size());
    auto failures = for_each_node(context.runner, nodes.size(), [&](std::size_t i) {
        builder::prune(context.docker(nodes[i].endpoint), builder::container_name(nodes[i].name),
                       chosen.record.name, request, [&, i](builder::UsageRecord record) {
                           removed[i].push_back(std::move(record));
                       });
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
    check_arguments("prune", options.arguments, 0, 0);
    auto request = read_request(context, options);
    if (options.orphans) {
        if (request.limited() || options.verbose)
            throw usage_error("--orphans goes with --force alone",
                              "other options choose from the cache of one builder");
        return prune_orphans(context, options.force);
    }
    auto warning = fmt::format(
        "WARNING! This will remove all {}build cache. Are you sure you want to continue?",
        options.all ? "" : "dangling ");
    if (options.force || context.runner.dry() || confirm(context, warning))
        prune(context, request, options.verbose);
    return ExitCode::success;
}

} // namespace

void add_prune(CLI::App &app, Action &action) {
    auto options = std::make_shared<PruneOptions>();
    auto *command = app.add_subcommand("prune", "Remove build cache");
    add_switch(*command, "-a,--all", options->all, "Internal and frontend images, too");
    add_repeated(*command, "--filter", options->filters,
                 "Only what has NAME=VALUE, as with du; until=24h spares what was used since")
        ->type_name("FILTER");
    add_switch(*command, "-f,--force", options->force, "Do not prompt for confirmation");
    add_value(*command, "--max-used-space", options->max_used_space,
              "Most disk space that the cache may keep")
        ->type_name("BYTES");
    add_value(*command, "--min-free-space", options->min_free_space,
              "Free disk space to reach by pruning")
        ->type_name("BYTES");
    add_switch(*command, "--orphans", options->orphans,
               "Instead: containers and state volumes of builders that the store does not know");
    add_value(*command, "--reserved-space", options->reserved_space,
              "Disk space that the cache may always keep")
        ->type_name("BYTES");
    add_switch(*command, "--verbose", options->verbose, "All about each record that goes");
    // Hidden: the former name of --reserved-space.
    add_value(*command, "--keep-storage", options->keep_storage, "")->group("");
    add_arguments(*command, "", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_prune(context, *options); };
    });
}

} // namespace berth::cli
