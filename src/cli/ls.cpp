// `berth ls`: the stored builders and the docker contexts, with the state of each node.
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/options.hpp"
#include "berth/cli/table.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <future>
#include <memory>

namespace berth::cli {

namespace {

struct LsOptions {
    std::vector<std::string> arguments;
    std::string format;
    bool no_trunc = false;
};

struct Row {
    const store::BuilderRecord *record;
    bool from_context = false, current = false;
    std::vector<NodeState> states = {};
};

// All commands side by side: one an engine for the containers on it, one a docker context.
void ask(const Context &context, std::vector<Row> &rows) {
    std::vector<const store::NodeRecord *> nodes;
    for (const auto &row : rows)
        if (row.record->driver == "docker-container")
            for (const auto &node : row.record->nodes)
                nodes.push_back(&node);
    std::vector<process::Command> engines;
    for (const auto &row : rows)
        if (row.from_context)
            engines.push_back(engine_command(context, row.record->name));
    // The engines take their time: ask them while the builders are asked.
    auto asked = std::async(std::launch::async, [&] { return context.runner.run_all(engines); });
    auto states = node_states(context, nodes);
    auto engine_outcomes = asked.get();

    std::size_t next_node = 0, next_engine = 0;
    for (auto &row : rows) {
        if (row.from_context) {
            row.states.push_back(
                read_engine_state(engines[next_engine], engine_outcomes[next_engine]));
            ++next_engine;
        } else if (row.record->driver == "docker-container") {
            for (std::size_t i = 0; i < row.record->nodes.size(); ++i)
                row.states.push_back(states[next_node++]);
        } else {
            row.states.resize(row.record->nodes.size(), NodeState{.status = "unknown"});
        }
    }
}

void print_rows(Context &context, const std::vector<Row> &rows, bool no_trunc) {
    std::vector<std::vector<std::string>> table = {
        {"NAME/NODE", "DRIVER/ENDPOINT", "STATUS", "BUILDKIT", "PLATFORMS"}};
    for (const auto &row : rows) {
        table.push_back({row.record->name + (row.current ? "*" : ""), printable(row.record->driver),
                         "", "", ""});
        for (std::size_t i = 0; i < row.states.size(); ++i) {
            const auto &node = row.record->nodes[i];
            const auto &state = row.states[i];
            auto worker = state.worker.value_or(builder::WorkerInfo());
            auto platforms = node_platforms(node, worker.platforms);
            table.push_back({" \\_ " + printable(node.name), " \\_ " + printable(node.endpoint),
                             state.status, worker.version,
                             no_trunc ? join(platforms, ", ") : short_platforms(platforms)});
        }
    }
    print_table(context.out, table);
    for (const auto &row : rows)
        for (const auto &state : row.states)
            if (!state.error.empty())
                context.out << "\nCannot load builder " << row.record->name << ": " << state.error
                            << '\n';
}

// With docker buildx's names; what is empty is left out there, too.
nlohmann::json to_json(const store::Store &store, const Row &row) {
    auto used = row.from_context ? std::nullopt : store.last_activity(row.record->name);
    nlohmann::json value = {{"Name", row.record->name},
                            {"Driver", row.record->driver},
                            {"Dynamic", row.record->dynamic},
                            {"Current", row.current},
                            {"LastActivity", used ? format_rfc3339(*used) : "0001-01-01T00:00:00Z"},
                            {"Nodes", nlohmann::json::array()}};
    for (std::size_t i = 0; i < row.states.size(); ++i) {
        const auto &node = row.record->nodes[i];
        const auto &state = row.states[i];
        auto worker = state.worker.value_or(builder::WorkerInfo());
        nlohmann::json entry = {
            {"Name", node.name}, {"Endpoint", node.endpoint}, {"Status", state.status}};
        auto platforms = node_platforms(node, worker.platforms);
        for (auto &platform : platforms)
            if (platform.ends_with('*')) // fixed by the user
                platform.pop_back();
        if (!platforms.empty())
            entry["Platforms"] = platforms;
        if (!worker.version.empty())
            entry["Version"] = worker.version;
        if (node.driver_options)
            entry["DriverOpts"] = *node.driver_options;
        if (!node.flags.empty())
            entry["Flags"] = node.flags;
        if (!state.error.empty())
            entry["Err"] = state.error;
        value["Nodes"].push_back(entry);
    }
    return value;
}

ExitCode run_ls(Context &context, const LsOptions &options) {
    check_arguments("ls", options.arguments, 0, 0);
    if (!options.format.empty() && options.format != "table" && options.format != "json")
        throw usage_error(fmt::format("invalid format \"{}\"", printable(options.format)),
                          "it is table or json");
    auto store = context.store();
    std::vector<std::string> broken;
    auto records = store.list(&broken);
    auto endpoint = context.docker_contexts().current_endpoint();
    auto current =
        context.builder.empty() ? context.environment.get("BUILDX_BUILDER") : context.builder;
    if (current.empty())
        current = store.current(endpoint);

    std::vector<store::BuilderRecord> engines;
    for (const auto &docker_context : context.docker_contexts().list())
        engines.push_back(
            {.name = docker_context.name,
             .driver = "docker",
             .nodes = {{.name = docker_context.name, .endpoint = docker_context.name}}});
    if (current.empty())
        current = context.docker_contexts().current_name();

    // Each by its name as it is spelled, builders before contexts.
    auto by_name = [](const auto &left, const auto &right) { return left.name < right.name; };
    std::sort(records.begin(), records.end(), by_name);
    std::sort(engines.begin(), engines.end(), by_name);
    std::vector<Row> rows;
    rows.reserve(records.size() + engines.size());
    for (const auto &record : records)
        rows.push_back({.record = &record, .current = lower(record.name) == lower(current)});
    for (const auto &record : engines)
        rows.push_back(
            {.record = &record, .from_context = true, .current = record.name == current});
    ask(context, rows);
    if (options.format == "json")
        for (const auto &row : rows)
            context.out << to_json(store, row)
                               .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                        << '\n';
    else
        print_rows(context, rows, options.no_trunc);
    for (const auto &error : broken)
        context.err << "WARNING: " << error << '\n';
    return ExitCode::success;
}

} // namespace

void add_ls(CLI::App &app, Action &action) {
    auto options = std::make_shared<LsOptions>();
    auto *command = app.add_subcommand("ls", "List builder instances");
    add_value(*command, "--format", options->format, "Format the output: table or json");
    add_switch(*command, "--no-trunc", options->no_trunc, "Don't truncate output");
    add_arguments(*command, "arguments", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_ls(context, *options); };
    });
}

} // namespace berth::cli
