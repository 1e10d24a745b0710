// SPDX-License-Identifier: Apache-2.0
// `berth du`: disk usage of a builder's cache.
#include "berth/args/options.hpp"
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/context_builder.hpp"
#include "berth/cli/each_node.hpp"
#include "berth/cli/usage_text.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>

namespace berth::cli {

namespace {

struct DuOptions {
    std::optional<std::chrono::nanoseconds> timeout;
    std::vector<std::string> arguments, filters;
    std::string format;
    bool verbose = false;
};

std::string format_of(const DuOptions &options) {
    if (!options.format.empty() && options.verbose)
        throw usage_error("--format and --verbose cannot be used together");
    if (options.format.empty())
        return options.verbose ? "pretty" : "table";
    for (const auto *known : {"table", "pretty", "json"})
        if (options.format == known)
            return known;
    return options.format;
}

// Queries the nodes concurrently, with one docker command each.
UsageRecords ask(Context &context, const builder::UsageFilter &filter,
                 std::chrono::milliseconds timeout) {
    auto builder = find_build_builder(context, choose_builder(context));
    if (!builder) // nothing was built in this docker context
        return {};
    const auto &chosen = *builder;
    container_node(chosen);
    const auto &nodes = chosen.record.nodes;
    std::vector<UsageRecords> found(nodes.size());
    rethrow_first(for_each_node(context.runner, nodes.size(), [&](std::size_t i) {
        found[i] = builder::disk_usage(context.docker(nodes[i]), nodes[i], chosen.record.name,
                                       filter, timeout);
    }));
    UsageRecords records;
    for (auto &of_node : found)
        for (auto &record : of_node)
            records.push_back(std::move(record));
    return records;
}

ExitCode run_du(Context &context, const DuOptions &options) {
    context.limit_status(options.timeout);
    auto format = format_of(options);
    std::optional<RowFormat> rows;
    if (format != "table" && format != "pretty" && format != "json")
        rows.emplace(format, "table, pretty, json");
    auto filter = builder::parse_usage_filter(options.filters);
    auto records = ask(context, filter, context.usage_timeout(options.timeout));
    auto now = context.now();
    if (format == "json" || rows) {
        if (rows)
            print_usage_rows(context.out, *rows, records, now);
        else
            print_usage_json(context.out, records, now);
        return ExitCode::success;
    }
    if (format == "pretty")
        print_usage_pretty(context.out, records, now);
    else
        print_usage_table(context.out, records, now);
    if (!filter.given)
        print_usage_summary(context.out, records);
    return ExitCode::success;
}

} // namespace

void add_du(args::Command &app, Action &action) {
    auto options = std::make_shared<DuOptions>();
    auto *command = app.add_command("du", "Disk usage of the build cache");
    args::add_repeated(*command, "--filter", options->filters,
                       "Filter records (type=regular, id=ID, description~=TEXT)")
        .type("FILTER");
    args::add_value(*command, "--format", options->format,
                    "Output format, or a template such as '{{.ID}}'")
        .type("table|pretty|json|TEMPLATE");
    args::add_switch(*command, "--verbose", options->verbose, "Shorthand for --format=pretty");
    args::add_duration(*command, "--timeout", options->timeout,
                       "Time to wait for the builder's answer")
        .type("DURATION");
    command->take_arguments("", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_du(context, *options); };
    });
}

} // namespace berth::cli
