// SPDX-License-Identifier: Apache-2.0
// `berth history inspect`: shows the details of a build.
#include "berth/args/options.hpp"
#include "berth/gotemplate/template.hpp"
#include "berth/history/inspection.hpp"
#include "berth/util/go_json.hpp"
#include "berth/util/strings.hpp"

#include "history_inspection_text.hpp"
#include "history_nodes.hpp"
#include "history_text.hpp"

#include <filesystem>
#include <memory>

namespace berth::cli {

namespace {

struct HistoryInspectOptions {
    std::vector<std::string> arguments;
    std::string format = "pretty";
};

std::filesystem::path working_directory() {
    std::error_code none;
    return std::filesystem::current_path(none);
}

// Templates have durations and times in Go's form.
std::string render(const gotemplate::Template &text, const history::Inspection &inspection) {
    auto fields = nlohmann::json::parse(
        inspection.document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    fields["Duration"] =
        format_duration(std::chrono::nanoseconds(fields["Duration"].get<std::int64_t>()));
    for (const auto *name : {"StartedAt", "CompletedAt"})
        if (fields[name].is_string())
            if (auto time = parse_rfc3339(fields[name].get<std::string>()))
                fields[name] = go_time_text(*time);
    return text.render(fields);
}

ExitCode run_history_inspect(Context &context, const HistoryInspectOptions &options) {
    std::optional<gotemplate::Template> text;
    if (options.format != "pretty" && options.format != "json")
        text.emplace(options.format);
    auto ref = options.arguments.empty() ? "" : options.arguments.front();
    HistoryNodes nodes(context);
    auto record = nodes.find(ref);
    history::Inspection inspection;
    nodes.on(record.node, [&](buildkit::Connection &connection) {
        inspection = history::inspect(connection, record, nodes.noted(record), working_directory());
    });
    if (text)
        context.out << render(*text, inspection) << '\n';
    else if (options.format == "json")
        context.out << go_json(history::without_empty(inspection.document), 2) << '\n';
    else
        print_inspection(context.out, inspection,
                         {.ref_given = !ref.empty(),
                          .debug = context.debug,
                          .url = desktop_url(nodes.full_ref(record))});
    return ExitCode::success;
}

} // namespace

void add_history_inspect(args::Command &group, Action &action) {
    auto options = std::make_shared<HistoryInspectOptions>();
    auto *command = group.add_command("inspect", "Inspect a build record");
    args::add_value(*command, "--format", options->format,
                    "Output format, or a template such as '{{.Name}}'")
        .type("pretty|json|TEMPLATE");
    command->take_arguments("[REF]", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_history_inspect(context, *options); };
    });
    add_history_attachment(*command, action);
}

} // namespace berth::cli
