// SPDX-License-Identifier: Apache-2.0
// `berth doctor`: checks everything that builds depend on, and suggests fixes.
#include "berth/cli/doctor.hpp"

#include "berth/args/options.hpp"
#include "berth/cli/builder_json.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <future>
#include <memory>

namespace berth::cli {

namespace {

struct DoctorOptions {
    std::vector<std::string> arguments;
    std::string format;
};

// A remote engine may be slow, but an unresponsive one must not block.
constexpr std::chrono::milliseconds engine_timeout{10000};

const char *name_of(Health health) {
    switch (health) {
    case Health::ok:
        return "ok";
    case Health::note:
        return "note";
    case Health::warning:
        return "warning";
    case Health::broken:
        break;
    }
    return "broken";
}

Findings look(const Context &context) {
    auto docker = context.docker(context.docker_contexts().current_endpoint());
    EngineAnswer answer{.version_command = docker.version_command(),
                        .info_command = docker.info_command(),
                        .version = {},
                        .info = {}};
    answer.version_command.timeout = answer.info_command.timeout = engine_timeout;
    std::vector<std::string> broken;
    std::vector<store::BuilderRecord> records;
    Findings findings = check_store(context);
    try {
        records = context.store().list(&broken);
    } catch (const Error &error) {
        broken.emplace_back(error.what());
    }
    std::vector<const store::NodeRecord *> nodes;
    for (const auto &record : records)
        if (record.driver == "docker-container")
            for (const auto &node : record.nodes)
                nodes.push_back(&node);

    // These queries are independent.
    auto asked = std::async(std::launch::async, [&] {
        return context.runner.run_all(
            {answer.version_command, answer.info_command, agent_command()});
    });
    auto states = node_states(context, nodes);
    auto outcomes = asked.get();
    context.cancellation.check();
    answer.version = outcomes[0];
    answer.info = outcomes[1];

    std::optional<docker::EngineInfo> info;
    Findings all;
    auto add = [&all](Findings more) {
        std::move(more.begin(), more.end(), std::back_inserter(all));
    };
    add(check_engine(context, answer, info));
    add(check_disk(context, info));
    add(check_proxy(context, info));
    add(check_certificates(context));
    add(check_credentials(context));
    add(check_agent(context, outcomes[2]));
    add(std::move(findings));
    add(check_builders(context, records, broken, states));
    add({{.check = "tested",
          .health = Health::note,
          .text = "berth " BERTH_VERSION " is tested with " BERTH_TESTED}});
    return all;
}

std::size_t count(const Findings &findings, Health health) {
    return static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(),
                      [health](const Finding &finding) { return finding.health == health; }));
}

void print(Context &context, const Findings &findings) {
    bool colour = context.out_is_terminal && context.environment.get("NO_COLOR").empty();
    auto painted = [colour](Health health, const std::string &text) {
        if (!colour || health == Health::note)
            return text;
        const char *code = health == Health::ok ? "32" : health == Health::warning ? "33" : "31";
        return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
    };
    for (const auto &finding : findings) {
        context.out << fmt::format(
            "{:<12} {}  {}\n", finding.check,
            painted(finding.health, fmt::format("{:<7}", name_of(finding.health))),
            printable(join(split(trim(finding.text), '\n'), " ")));
        if (!finding.fix.empty())
            context.out << fmt::format("{:<22}-> {}\n", "", printable(finding.fix));
    }
    auto broken = count(findings, Health::broken), warnings = count(findings, Health::warning);
    context.out << '\n'
                << (broken == 0 ? "Nothing is broken" : fmt::format("{} broken", broken))
                << (warnings == 0
                        ? ""
                        : fmt::format(", {} warning{}", warnings, warnings == 1 ? "" : "s"))
                << ".\n";
}

void print_json(Context &context, const Findings &findings) {
    auto list = nlohmann::json::array();
    for (const auto &finding : findings) {
        nlohmann::json entry = {
            {"check", finding.check}, {"health", name_of(finding.health)}, {"text", finding.text}};
        if (!finding.fix.empty())
            entry["fix"] = finding.fix;
        list.push_back(std::move(entry));
    }
    context.out << json_line(
        {{"healthy", count(findings, Health::broken) == 0}, {"findings", std::move(list)}});
}

// The most basic broken check decides.
ExitCode exit_code(const Findings &findings) {
    auto code = ExitCode::success;
    for (const auto &finding : findings) {
        if (finding.health != Health::broken)
            continue;
        if (finding.check == "docker" || finding.check == "engine")
            return ExitCode::engine_unavailable;
        if (code == ExitCode::success || code == ExitCode::builder_unavailable)
            code = finding.check == "builders" ? ExitCode::builder_unavailable : ExitCode::failure;
    }
    return code;
}

ExitCode run_doctor(Context &context, const DoctorOptions &options) {
    if (!options.format.empty() && options.format != "json")
        throw usage_error("unknown format '" + printable(options.format) + "'",
                          "omit it, or write --format json");
    auto findings = look(context);
    if (options.format == "json")
        print_json(context, findings);
    else
        print(context, findings);
    return exit_code(findings);
}

} // namespace

void add_doctor(args::Command &app, Action &action) {
    auto options = std::make_shared<DoctorOptions>();
    auto *command = app.add_command("doctor", "Check the environment and suggest fixes");
    args::add_value(*command, "--format", options->format, "Output format").type("json");
    command->take_arguments("", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_doctor(context, *options); };
    });
}

} // namespace berth::cli
