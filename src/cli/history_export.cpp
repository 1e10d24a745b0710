// SPDX-License-Identifier: Apache-2.0
// `berth history export`: build records as a bundle for Docker Desktop.
#include "berth/args/options.hpp"
#include "berth/builder/platform.hpp"
#include "berth/buildkit/control.hpp"
#include "berth/history/bundle.hpp"
#include "berth/util/error.hpp"
#include "berth/util/output_file.hpp"
#include "berth/util/strings.hpp"

#include "history_nodes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace berth::cli {

namespace {

struct HistoryExportOptions {
    std::vector<std::string> refs;
    std::string output;
    bool all = false, finalize = false;
};

// For --finalize: makes BuildKit complete records without a trace. Returns whether any lacked one.
bool finalize(const HistoryNodes &nodes, const std::vector<history::Record> &records) {
    bool any = false;
    for (const auto &record : records) {
        if (record.message.has_trace())
            continue;
        any = true;
        nodes.on(record.node, [&](buildkit::Connection &connection) {
            history::finalize_record(connection, record.message.ref());
        });
    }
    return any;
}

std::vector<history::Record> completed(const HistoryNodes &nodes, const std::string &ref) {
    auto records = nodes.query({.ref = ref, .filters = {}, .completed_only = true});
    if (records.empty())
        no_record(ref);
    return records;
}

// Keeps only the newest build, on every node that has it.
void keep_first(std::vector<history::Record> &records) {
    auto ref = records.front().message.ref();
    auto end = std::find_if(records.begin(), records.end(),
                            [&](const auto &record) { return record.message.ref() != ref; });
    records.erase(end, records.end());
}

std::vector<history::Record> wanted(const HistoryNodes &nodes,
                                    const HistoryExportOptions &options) {
    auto refs = options.refs.empty() ? std::vector<std::string>{""} : options.refs;
    std::vector<history::Record> result;
    for (const auto &ref : refs) {
        auto records = completed(nodes, ref);
        if (!options.all && ref.empty())
            keep_first(records);
        if (options.finalize && finalize(nodes, records))
            records = completed(nodes, options.all ? ref : records.front().message.ref());
        std::move(records.begin(), records.end(), std::back_inserter(result));
    }
    return result;
}

std::string default_platform(const HistoryNodes &nodes, std::size_t number) {
    const auto &node = nodes.node(number);
    if (node.platforms && !node.platforms->empty())
        return builder::format_platform(node.platforms->front());
    std::string platform;
    nodes.on(number, [&](buildkit::Connection &connection) {
        auto workers = buildkit::Control(connection).list_workers();
        if (workers.record().empty() || workers.record(0).platforms().empty())
            return;
        const auto &first = workers.record(0).platforms(0);
        platform = builder::format_platform({.architecture = first.architecture(),
                                             .os = first.os(),
                                             .variant = first.variant(),
                                             .os_version = first.os_version()});
    });
    return platform;
}

std::vector<history::BundledRecord> bundled(const Context &context, const HistoryNodes &nodes,
                                            std::vector<history::Record> records) {
    std::vector<std::string> platforms(nodes.count());
    for (std::size_t i = 0; i < nodes.count(); ++i)
        platforms[i] = default_platform(nodes, i);
    std::vector<history::BundledRecord> result;
    for (auto &record : records) {
        auto node = record.node;
        auto noted = nodes.noted(record);
        auto group =
            noted ? context.store().find_group(noted->group) : std::optional<store::BuildGroup>();
        result.push_back({.record = std::move(record),
                          .default_platform = platforms[node],
                          .noted = std::move(noted),
                          .group = std::move(group),
                          .connection = &nodes.connection(node)});
    }
    return result;
}

ExitCode run_history_export(Context &context, const HistoryExportOptions &options) {
    if (options.all && !options.refs.empty())
        throw usage_error("cannot specify refs when using --all");
    if (options.output.empty() && context.out_is_terminal)
        throw usage_error("refusing to write to console, use --output to specify a file");
    if (!options.output.empty())
        check_output_file(options.output);
    HistoryNodes nodes(context);
    auto records = bundled(context, nodes, wanted(nodes, options));
    nodes.on(0, [&](buildkit::Connection &) {
        if (options.output.empty())
            return history::write_bundle(records, [&](std::string_view bytes) {
                context.out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
            });
        OutputFile file(options.output, context.cancellation.given_up());
        history::write_bundle(records, [&](std::string_view bytes) { file.write(bytes); });
        file.commit();
    });
    return ExitCode::success;
}

} // namespace

void add_history_export(args::Command &group, Action &action) {
    auto options = std::make_shared<HistoryExportOptions>();
    auto *command = group.add_command("export", "Export build records into Docker Desktop bundle");
    args::add_switch(*command, "--all", options->all, "Export all build records for the builder");
    args::add_switch(*command, "--finalize", options->finalize,
                     "Ensure build records are finalized before exporting");
    args::add_value(*command, "-o,--output", options->output, "Output file path").type("FILE");
    command->take_arguments("[REF...]", options->refs);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_history_export(context, *options); };
    });
}

} // namespace berth::cli
