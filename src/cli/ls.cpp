// SPDX-License-Identifier: Apache-2.0
// `berth ls`: the stored builders and the docker contexts, with the state of each node.
#include "berth/args/options.hpp"
#include "berth/builder/context_builder.hpp"
#include "berth/cli/builder_json.hpp"
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/row_format.hpp"
#include "berth/cli/table.hpp"
#include "berth/docker/engine_socket.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <future>
#include <memory>
#include <optional>

namespace berth::cli {

namespace {

struct LsOptions {
    std::optional<std::chrono::nanoseconds> timeout;
    std::vector<std::string> arguments;
    std::string format;
    bool no_trunc = false;
};

// The source of a docker context's row: the answer of its engine or, if the engine is queried for
// builders anyway and its platform is cached, the fact that it answers.
struct AskedEngine {
    std::string host;
    std::string known = {};                  // its platform
    std::string error = {};                  // the reason why no query is needed
    std::optional<std::size_t> command = {}; // index of the question
};

// All commands in parallel: one per engine for its containers, one per docker context.
class Asking {
  public:
    Asking(const Context &context, std::vector<ListedBuilder> &rows)
        : context_(context), contexts_(context.docker_contexts()), rows_(rows) {}

    void run() {
        std::vector<const store::NodeRecord *> nodes;
        for (const auto &row : rows_)
            if (is_known(*row.record))
                for (const auto &node : row.record->nodes) {
                    nodes.push_back(&node);
                    // A remote BuildKit has no engine.
                    hosts_.push_back(node.remote ? "" : host_of(node.endpoint));
                }
        plan_engines();
        // Queries engines and builders at the same time, since engines may be slow.
        auto asked =
            std::async(std::launch::async, [this] { return context_.runner.run_all(commands_); });
        auto states = node_states(context_, nodes);
        auto outcomes = asked.get();
        std::size_t next_node = 0, next_engine = 0;
        for (auto &row : rows_) {
            if (row.from_context)
                row.states.push_back(engine_state(engines_[next_engine++], states, outcomes));
            else if (is_known(*row.record))
                for (std::size_t i = 0; i < row.record->nodes.size(); ++i)
                    row.states.push_back(states[next_node++]);
            else
                row.states.resize(row.record->nodes.size(), NodeState{.status = "unknown"});
        }
    }

  private:
    static bool is_known(const store::BuilderRecord &record) {
        return record.driver == "docker-container" || record.driver == "remote";
    }

    std::string host_of(const std::string &endpoint) const {
        auto found = contexts_.find(endpoint);
        return found ? found->host : store::normalize_host(endpoint);
    }

    void plan_engines() {
        for (const auto &row : rows_) {
            if (!row.from_context)
                continue;
            AskedEngine engine{.host = host_of(row.record->name)};
            if (std::find(hosts_.begin(), hosts_.end(), engine.host) != hosts_.end())
                engine.known = known_platform(context_, engine.host);
            // docker interprets the context in use: `default` may be the engine of another program.
            if (engine.known.empty() && row.record->name != "default")
                engine.error = docker::why_nothing_listens(engine.host);
            if (engine.known.empty() && engine.error.empty()) {
                engine.command = commands_.size();
                commands_.push_back(engine_command(context_, row.record->name));
            }
            engines_.push_back(std::move(engine));
        }
    }

    NodeState engine_state(const AskedEngine &engine, const std::vector<NodeState> &states,
                           const std::vector<process::Outcome> &outcomes) const {
        if (engine.command) {
            auto state = read_engine_state(commands_[*engine.command], outcomes[*engine.command]);
            if (state.worker)
                keep_platform(context_, engine.host, state.worker->platforms.front());
            return state;
        }
        if (!engine.error.empty())
            return {.status = "error", .error = engine.error};
        const auto &there =
            states[std::find(hosts_.begin(), hosts_.end(), engine.host) - hosts_.begin()];
        if (there.status == "error")
            return {.status = there.status, .error = there.error};
        NodeState state{.status = "running"};
        state.worker.emplace();
        state.worker->platforms.push_back(engine.known);
        return state;
    }

    const Context &context_;
    store::DockerContexts contexts_;
    std::vector<ListedBuilder> &rows_;
    std::vector<std::string> hosts_; // of the nodes
    std::vector<AskedEngine> engines_;
    std::vector<process::Command> commands_;
};

std::string driver_text(const ListedBuilder &builder, bool in_table) {
    auto text = printable(builder.record->driver);
    return in_table && !builder.builds_in.empty() ? text + " (builds in " + builder.builds_in + ")"
                                                  : text;
}

// A row for each builder, and one below it for each of its nodes.
std::vector<RowFormat::Row> template_rows(const std::vector<ListedBuilder> &builders, bool in_table,
                                          bool no_trunc) {
    std::vector<RowFormat::Row> rows;
    const std::string branch = in_table ? " \\_ " : "";
    for (const auto &builder : builders) {
        const auto &record = *builder.record;
        auto whole = builder_json(builder, Empty::left_out);
        auto full = builder_json(builder, Empty::kept);
        auto add = [&](nlohmann::json fields) {
            fields["Builder"] = full;
            rows.push_back({.fields = std::move(fields), .dot = whole});
        };
        add({{"Name", printable(record.name) + (in_table && builder.current ? "*" : "")},
             {"DriverEndpoint", driver_text(builder, in_table)},
             {"LastActivity", builder.last_activity ? format_rfc3339(*builder.last_activity) : ""},
             {"Status", ""},
             {"Buildkit", ""},
             {"Platforms", ""},
             {"Error", ""}});
        for (std::size_t i = 0; i < builder.states.size(); ++i) {
            const auto &node = record.nodes[i];
            const auto &state = builder.states[i];
            auto worker = state.worker.value_or(builder::WorkerInfo());
            auto platforms = node_platforms(node, worker.platforms);
            add({{"Name", branch + printable(node.name)},
                 {"DriverEndpoint", branch + printable(node.endpoint)},
                 {"LastActivity", ""},
                 {"Status", state.status},
                 {"Buildkit", printable(worker.version)},
                 {"Platforms", printable(in_table && !no_trunc ? short_platforms(platforms)
                                                               : join(platforms, ", "))},
                 {"Error", state.error}});
        }
    }
    return rows;
}

void print_errors(Context &context, const std::vector<ListedBuilder> &builders) {
    std::string lines;
    for (const auto &builder : builders)
        for (std::size_t i = 0; i < builder.states.size(); ++i) {
            const auto &state = builder.states[i];
            if (!state.error.empty())
                lines += fmt::format("Failed to get status for {} ({}): {}\n",
                                     printable(builder.record->name),
                                     printable(builder.record->nodes[i].name), state.error);
        }
    if (!lines.empty())
        context.err << '\n' << lines;
}

constexpr const char *builder_format = "table {{.Name}}\t{{.DriverEndpoint}}\t{{.Status}}\t"
                                       "{{.Buildkit}}\t{{.Platforms}}";

void print_rows(Context &context, const RowFormat &format,
                const std::vector<ListedBuilder> &builders, bool no_trunc) {
    format.print(context.out,
                 {{"Name", "NAME/NODE"},
                  {"DriverEndpoint", "DRIVER/ENDPOINT"},
                  {"LastActivity", "LAST ACTIVITY"},
                  {"Status", "STATUS"},
                  {"Buildkit", "BUILDKIT"},
                  {"Platforms", "PLATFORMS"},
                  {"Error", "ERROR"},
                  {"Builder", "BUILDER"}},
                 template_rows(builders, format.is_table(), no_trunc),
                 {"DriverOpts", "Files", "Labels", "Annotations"});
    if (format.is_table())
        print_errors(context, builders);
}

ExitCode run_ls(Context &context, const LsOptions &options) {
    context.limit_status(options.timeout);
    bool as_json = options.format == "json";
    RowFormat format(options.format.empty() || options.format == "table" || as_json
                         ? builder_format
                         : options.format,
                     "table, json");
    context.docker_contexts().check_current();
    auto store = context.store();
    std::vector<std::string> broken;
    auto records = store.list(&broken);
    auto endpoint = context.docker_contexts().current_endpoint();
    auto current = store.current(endpoint); // --builder changes nothing in the list

    auto docker_contexts = context.docker_contexts().list();
    if (current.empty())
        current = context.docker_contexts().current_name();

    // Sorted by name, builders before contexts.
    auto by_name = [](const auto &left, const auto &right) { return left.name < right.name; };
    std::sort(records.begin(), records.end(), by_name);
    std::sort(docker_contexts.begin(), docker_contexts.end(), by_name);
    std::vector<store::BuilderRecord> engines;
    engines.reserve(docker_contexts.size());
    for (const auto &[name, host, description] : docker_contexts)
        engines.push_back(
            {.name = name, .driver = "docker", .nodes = {{.name = name, .endpoint = name}}});
    std::vector<ListedBuilder> rows;
    rows.reserve(records.size() + engines.size());
    for (const auto &record : records)
        rows.push_back({.record = &record,
                        .current = lower(record.name) == lower(current),
                        .last_activity = store.last_activity(record.name)});
    for (std::size_t i = 0; i < engines.size(); ++i) {
        auto name = builder::context_builder_name(docker_contexts[i]);
        bool exists = std::any_of(records.begin(), records.end(),
                                  [&name](const auto &one) { return one.name == name; });
        rows.push_back({.record = &engines[i],
                        .from_context = true,
                        .current = engines[i].name == current,
                        .builds_in = exists ? name : ""});
    }
    Asking(context, rows).run();
    if (as_json)
        for (const auto &row : rows)
            context.out << json_line(builder_json(row, Empty::left_out));
    else
        print_rows(context, format, rows, options.no_trunc);
    for (const auto &error : broken)
        context.err << "WARNING: " << error << '\n';
    return ExitCode::success;
}

} // namespace

void add_ls(args::Command &app, Action &action) {
    auto options = std::make_shared<LsOptions>();
    auto *command = app.add_command("ls", "List builder instances");
    args::add_value(*command, "--format", options->format,
                    "Output format, or a template such as '{{.Name}}'")
        .type("table|json|TEMPLATE");
    args::add_switch(*command, "--no-trunc", options->no_trunc, "Don't truncate output");
    args::add_duration(*command, "--timeout", options->timeout,
                       "Time limit for engines to answer (default: 2s)")
        .type("DURATION");
    command->take_arguments("", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_ls(context, *options); };
    });
}

} // namespace berth::cli
