// SPDX-License-Identifier: Apache-2.0
// `berth inspect`: shows everything about one builder.
#include "berth/args/options.hpp"
#include "berth/cli/builder_json.hpp"
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/context_builder.hpp"
#include "berth/cli/row_format.hpp"
#include "berth/cli/table.hpp"
#include "berth/progress/display.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <optional>

namespace berth::cli {

namespace {

struct InspectOptions {
    std::optional<std::chrono::nanoseconds> timeout;
    std::vector<std::string> arguments;
    std::string format;
    bool bootstrap = false;
};

using Fields = std::vector<std::pair<std::string, std::string>>;

// `Label: value`, with aligned values.
void print_lines(std::ostream &out, const Fields &lines, std::string_view indent = "") {
    std::size_t width = 0;
    for (const auto &[label, value] : lines)
        width = std::max(width, label.size() + 2);
    for (const auto &[label, value] : lines) // some come from the builder
        out << indent << fmt::format("{:<{}}", printable(label) + ":", width) << printable(value)
            << '\n';
}

std::string driver_options(const store::NodeRecord &node) {
    std::vector<std::string> words;
    if (node.driver_options)
        for (const auto &[key, value] : *node.driver_options)
            words.push_back(fmt::format("{}=\"{}\"", printable(key), printable(value)));
    return join(words, " ");
}

void print_policies(std::ostream &out, const std::vector<builder::WorkerInfo::GcPolicy> &policies) {
    for (std::size_t i = 0; i < policies.size(); ++i) {
        const auto &policy = policies[i];
        Fields lines = {{"All", policy.all ? "true" : "false"}};
        if (!policy.filters.empty())
            lines.emplace_back("Filters", printable(join(policy.filters, " ")));
        if (policy.keep_duration > 0)
            lines.emplace_back("Keep Duration",
                               format_duration(std::chrono::nanoseconds(policy.keep_duration)));
        auto add_size = [&lines](const char *label, std::int64_t bytes) {
            if (bytes > 0)
                lines.emplace_back(label, format_binary_bytes(static_cast<double>(bytes)));
        };
        add_size("Reserved Space", policy.reserved_space);
        add_size("Max Used Space", policy.max_used_space);
        add_size("Min Free Space", policy.min_free_space);
        // The width of the longest label that a rule can have, so that all rules line up.
        std::size_t width = std::string_view("Max Used Space: ").size();
        out << "GC Policy rule#" << i << ":\n";
        for (const auto &[label, value] : lines)
            out << ' ' << fmt::format("{:<{}}", label + ":", width) << value << '\n';
    }
}

void print_devices(std::ostream &out, const std::vector<builder::WorkerInfo::Device> &devices) {
    std::vector<std::vector<std::string>> lines;
    for (const auto &device : devices) {
        lines.push_back({"", "Name:", device.name});
        if (device.on_demand)
            lines.push_back({"", "On-Demand:", "true"});
        else
            lines.push_back(
                {"", "Automatically allowed:", device.automatically_allowed ? "true" : "false"});
        if (!device.annotations.empty())
            lines.push_back({"", "Annotations:"});
        for (const auto &[name, value] : device.annotations)
            lines.push_back({"", "", name + ":", value});
    }
    if (!lines.empty())
        out << "Devices:\n";
    print_elastic(out, lines);
}

// The end of the log of a buildkitd that ended unexpectedly.
std::string last_words(const Context &context, const store::NodeRecord &node,
                       const NodeState &state) {
    constexpr int lines = 8;
    if (node.remote || !state.container || state.container->exit_code == 0 ||
        state.status == "running")
        return {};
    auto log =
        context.docker(node.endpoint).container_logs(builder::container_name(node.name), lines);
    // BuildKit's signal handler writes this when it was stopped.
    return log.find("util/appcontext") == std::string::npos ? log : "";
}

void print_log(std::ostream &out, const std::string &log) {
    if (log.empty())
        return;
    out << "Log:\n";
    for (const auto &line : split(trim(log), '\n'))
        out << " > " << printable(line, true) << '\n';
}

// Features of a driver, which docker buildx prints if DEBUG is set and Docker's setup action reads.
// A docker context also builds in a container, and loads the result.
void print_features(std::ostream &out, const store::NodeRecord &node, bool of_context) {
    bool loads = of_context || builder::loads_by_default(node);
    out << "Features:\n";
    print_lines(
        out,
        {{"Automatically load images to the Docker Engine image store", loads ? "true" : "false"},
         {"Cache export", "true"},
         {"Direct push", "true"},
         {"Docker exporter", "true"},
         {"Multi-platform build", "true"},
         {"OCI exporter", "true"}},
        " ");
}

struct NodeLook {
    bool features = false, of_context = false;
};

void print_node(std::ostream &out, const store::NodeRecord &node, const NodeState &state,
                const NodeLook &look) {
    auto worker = state.worker.value_or(builder::WorkerInfo());
    Fields lines = {{"Name", printable(node.name)}, {"Endpoint", printable(node.endpoint)}};
    if (auto options = driver_options(node); !options.empty())
        lines.emplace_back("Driver Options", options);
    if (!state.error.empty())
        lines.emplace_back("Error", state.error);
    if (state.status != "error") // as docker buildx
        lines.emplace_back("Status", state.status);
    if (!node.flags.empty())
        lines.emplace_back("BuildKit daemon flags", printable(join(node.flags, " ")));
    if (!worker.version.empty())
        lines.emplace_back("BuildKit version", worker.version);
    auto platforms = node_platforms(node, worker.platforms);
    if (!platforms.empty())
        lines.emplace_back("Platforms", join(platforms, ", "));
    print_lines(out, lines);
    if (look.features)
        print_features(out, node, look.of_context);
    if (!worker.labels.empty()) {
        out << "Labels:\n";
        print_lines(out, Fields(worker.labels.begin(), worker.labels.end()), " ");
    }
    print_devices(out, worker.devices);
    print_policies(out, worker.gc_policies);
    if (node.files)
        for (const auto &[name, content] : *node.files) {
            // Keys are private; only the configuration is shown.
            if (!name.ends_with(".toml"))
                continue;
            out << "File#" << printable(name) << ":\n";
            for (const auto &line : split(content, '\n'))
                out << " > " << printable(line, true) << '\n';
        }
}

std::vector<NodeState> states_of(const Context &context, const ChosenBuilder &chosen) {
    if (chosen.from_context) {
        auto command = engine_command(context, chosen.record.name);
        return {read_engine_state(command, context.runner.run(command))};
    }
    std::vector<const store::NodeRecord *> nodes;
    for (const auto &node : chosen.record.nodes)
        nodes.push_back(&node);
    return node_states(context, nodes);
}

// One object, like a line of `ls --format json`.
void print_for_script(const Context &context, const ChosenBuilder &chosen,
                      std::vector<NodeState> states, const std::optional<RowFormat> &format) {
    ListedBuilder listed{
        .record = &chosen.record, .from_context = chosen.from_context, .states = std::move(states)};
    auto store = context.store();
    auto current = store.current(context.docker_contexts().current_endpoint());
    listed.current =
        chosen.from_context
            ? current.empty() && chosen.record.name == context.docker_contexts().current_name()
            : lower(chosen.record.name) == current;
    if (chosen.from_context)
        listed.builds_in = build_builder_name(context, chosen);
    else
        listed.last_activity = store.last_activity(chosen.record.name);
    auto whole = builder_json(listed, Empty::left_out);
    if (format)
        format->print(context.out, builder_json(listed, Empty::kept),
                      {{.fields = builder_json(listed, Empty::kept), .dot = whole}},
                      {"DriverOpts", "Files", "Labels", "Annotations"});
    else
        context.out << json_line(whole);
}

ExitCode run_inspect(Context &context, const InspectOptions &options) {
    context.limit_status(options.timeout);
    std::optional<RowFormat> format;
    if (!options.format.empty() && options.format != "json")
        format.emplace(options.format, "json");
    if (format && format->is_table())
        throw usage_error("inspect shows one builder, not a table",
                          "remove `table`, or use `berth ls`");
    auto chosen =
        choose_builder(context, options.arguments.empty() ? "" : options.arguments.front());
    if (options.bootstrap && !chosen.from_context) { // a docker context's engine runs
        container_node(chosen);
        boot_nodes(context, chosen.record);
    }
    const auto &record = chosen.record;
    auto states = states_of(context, chosen);
    if (format || options.format == "json") {
        print_for_script(context, chosen, states, format);
        return ExitCode::success;
    }
    Fields head = {{"Name", record.name}, {"Driver", printable(record.driver)}};
    if (chosen.from_context)
        head.emplace_back(
            "Builds In",
            build_builder_name(context, chosen) +
                (find_build_builder(context, chosen) ? "" : " (created by the first build)"));
    else if (auto activity = context.store().last_activity(record.name)) {
        auto text = format_rfc3339(std::chrono::floor<std::chrono::seconds>(*activity));
        head.emplace_back("Last Activity",
                          text.substr(0, 10) + " " + text.substr(11, 8) + " +0000 UTC");
    }
    print_lines(context.out, head);
    context.out << "\nNodes:\n";
    for (std::size_t i = 0; i < record.nodes.size(); ++i) {
        if (i > 0)
            context.out << '\n';
        print_node(context.out, record.nodes[i], states[i],
                   {.features = context.debug || !context.environment.get("DEBUG").empty(),
                    .of_context = chosen.from_context});
        print_log(context.out, last_words(context, record.nodes[i], states[i]));
    }
    return ExitCode::success;
}

} // namespace

void add_inspect(args::Command &app, Action &action) {
    auto options = std::make_shared<InspectOptions>();
    auto *command = app.add_command("inspect", "Inspect a builder instance");
    args::add_switch(*command, "--bootstrap", options->bootstrap,
                     "Start the builder before inspecting it");
    args::add_value(*command, "--format", options->format,
                    "Output format, or a template such as '{{.Driver}}'")
        .type("json|TEMPLATE");
    args::add_duration(*command, "--timeout", options->timeout,
                       "Time limit for engines to answer (default: 2s)")
        .type("DURATION");
    command->take_arguments("[BUILDER]", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_inspect(context, *options); };
    });
}

} // namespace berth::cli
