// SPDX-License-Identifier: Apache-2.0
// `berth history ls`: a row for each build.
#include "berth/args/options.hpp"
#include "berth/cli/row_format.hpp"
#include "berth/history/build_name.hpp"
#include "berth/util/error.hpp"
#include "berth/util/go_json.hpp"
#include "berth/util/strings.hpp"

#include "history_nodes.hpp"
#include "history_text.hpp"

#include <algorithm>
#include <memory>

namespace berth::cli {

namespace {

struct HistoryLsOptions {
    std::vector<std::string> arguments, filters;
    std::string format;
    bool no_trunc = false, local = false;
};

constexpr const char *record_format = "table {{.Ref}}\t{{.Name}}\t{{.Status}}\t{{.CreatedAt}}\t"
                                      "{{.Duration}}\t{{.Link}}";

// The repository of the working directory, in the form of build records.
std::string local_repository(const Context &context) {
    for (const auto *name : {"origin", "upstream"}) {
        auto outcome = context.runner.run(
            {.argv = {"git", "remote", "get-url", name}, .effect = process::Effect::query});
        if (outcome.kind == process::Outcome::Kind::not_started)
            throw Error("git was not found in the system", ExitCode::failure,
                        "--local asks it for the address of this repository");
        if (auto address = std::string(trim(outcome.out)); outcome.ok() && !address.empty())
            return without_credentials(address);
    }
    throw Error("could not get remote URL for local filter: no remote URL found for either origin "
                "or upstream",
                ExitCode::failure, "`git remote add origin URL` gives a repository one");
}

std::string shortened(const std::string &name) {
    constexpr std::size_t longest = 36;
    return name.size() <= longest ? name : ".." + name.substr(name.size() - longest + 2);
}

std::string status_of(const history::Record &record) {
    if (!record.completed())
        return "Running";
    return record.message.has_error() ? "Error" : "Completed";
}

std::string duration_of(const history::Record &record) {
    auto duration = record.duration();
    return duration ? seconds_text(*duration) + (record.completed() ? "" : "+") : "";
}

class RecordRows {
  public:
    RecordRows(const Context &context, const HistoryNodes &nodes, bool in_table, bool no_trunc)
        : context_(context), nodes_(nodes), in_table_(in_table), no_trunc_(no_trunc) {}

    nlohmann::ordered_json document(const history::Record &record) const {
        const auto &message = record.message;
        nlohmann::ordered_json json = {{"cached_steps", message.num_cached_steps()}};
        if (record.completed())
            json["completed_at"] = time_text(message.completed_at());
        json["completed_steps"] = message.num_completed_steps();
        json["created_at"] = time_text(message.created_at());
        json["name"] = name_of(record);
        json["ref"] = nodes_.full_ref(record);
        json["status"] = status_of(record);
        json["total_steps"] = message.num_total_steps();
        return json;
    }

    RowFormat::Row row(const history::Record &record) const {
        auto name = name_of(record);
        auto url = desktop_url(nodes_.full_ref(record));
        auto shown = in_table_ && !no_trunc_ ? shortened(name) : name;
        auto age = context_.now() - record.created_at();
        auto link = !in_table_ ? url : context_.out_is_terminal ? hyperlink(url, "Open") : "";
        return {.fields = {{"Ref", printable(record.message.ref())},
                           {"FullRef", nodes_.full_ref(record)},
                           {"Name", printable(shown)},
                           {"Status", status_of(record)},
                           {"CreatedAt", format_human_duration(age) + " ago"},
                           {"Duration", duration_of(record)},
                           {"Link", link}},
                .dot = document(record)};
    }

  private:
    std::string name_of(const history::Record &record) const {
        const auto &attributes = record.message.frontend_attrs();
        return history::build_name({attributes.begin(), attributes.end()}, nodes_.noted(record));
    }

    const Context &context_;
    const HistoryNodes &nodes_;
    bool in_table_, no_trunc_;
};

ExitCode run_history_ls(Context &context, const HistoryLsOptions &options) {
    bool as_json = options.format == "json";
    bool plain = options.format.empty() || options.format == "table" || as_json;
    RowFormat format(plain ? record_format : options.format, "table, json");
    history::Query query;
    if (options.local)
        query.filters.push_back(history::parse_filter("repository=" + local_repository(context)));
    for (const auto &filter : options.filters)
        query.filters.push_back(history::parse_filter(filter));
    HistoryNodes nodes(context);
    auto records = nodes.query(query);
    std::stable_partition(records.begin(), records.end(),
                          [](const auto &record) { return !record.completed(); });
    RecordRows rows(context, nodes, format.is_table(), options.no_trunc);
    if (as_json) {
        for (const auto &record : records)
            context.out << go_json(rows.document(record)) << '\n';
        return ExitCode::success;
    }
    std::vector<RowFormat::Row> shown;
    shown.reserve(records.size());
    for (const auto &record : records)
        shown.push_back(rows.row(record));
    format.print(context.out,
                 {{"Ref", "BUILD ID"},
                  {"FullRef", "FULL REF"},
                  {"Name", "NAME"},
                  {"Status", "STATUS"},
                  {"CreatedAt", "CREATED AT"},
                  {"Duration", "DURATION"},
                  {"Link", ""}},
                 shown);
    return ExitCode::success;
}

} // namespace

void add_history_ls(args::Command &group, Action &action) {
    auto options = std::make_shared<HistoryLsOptions>();
    auto *command = group.add_command("ls", "List build records");
    args::add_repeated(*command, "--filter", options->filters,
                       "Select builds (status=error, duration>5m)")
        .type("HISTORY-FILTER");
    args::add_value(*command, "--format", options->format,
                    "Output format, or a template such as '{{.Ref}}'")
        .type("table|json|TEMPLATE");
    args::add_switch(*command, "--local", options->local,
                     "List records for current repository only");
    args::add_switch(*command, "--no-trunc", options->no_trunc, "Don't truncate output");
    command->take_arguments("", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_history_ls(context, *options); };
    });
}

} // namespace berth::cli
