// SPDX-License-Identifier: Apache-2.0
#include "bake_run.hpp"

#include "berth/bake/build_options.hpp"
#include "berth/bake/print.hpp"
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/context_builder.hpp"
#include "berth/job/call.hpp"
#include "berth/job/environment_options.hpp"
#include "berth/job/flag_values.hpp"
#include "berth/job/targets.hpp"
#include "berth/util/output_file.hpp"
#include "berth/util/strings.hpp"

#include "build_setup.hpp"

#include <fmt/format.h>

#include <iostream>
#include <sstream>

namespace berth::cli {

namespace {

using Targets = std::vector<job::NamedTarget>;

// Asks for confirmation before builds use files, networks or agents of this machine without
// --allow.
void ask_for_access(Context &context, const bake::AccessRequest &request, bool files) {
    if (request.lines.empty() && (request.file_lines.empty() || !files))
        return;
    auto flags = request.flags;
    flags.insert(flags.end(), request.file_flags.begin(), request.file_flags.end());
    context.err << "Your build is requesting privileges for following possibly insecure "
                   "capabilities:\n\n";
    for (const auto *lines : {&request.lines, &request.file_lines})
        for (const auto &line : *lines)
            context.err << line << '\n';
    auto all = printable(join(flags, " "));
    if (!context.in_is_terminal) {
        context.err << fmt::format("\nPass \"{}\" to grant requested privileges.\n", all);
        throw Error("additional privileges requested", ExitCode::failure,
                    fmt::format("pass {} to grant them", all));
    }
    context.err << fmt::format("\nIn order to not see this message in the future pass \"{}\" to "
                               "grant requested privileges.\n\nDo you want to grant requested "
                               "privileges and continue? [y/N] ",
                               all)
                << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    if (lower(trim(answer)) != "y")
        throw Error("additional privileges requested");
}

// The format of --call applies to all targets.
void set_calls(Targets &targets, const BakeOptions &options) {
    auto given = job::read_call(options.call);
    for (auto &target : targets) {
        auto &call = target.options.call;
        auto own = job::read_call(call);
        if (!own)
            call.clear();
        else if (given)
            call = fmt::format("{},format={},ignorestatus={}", own->name, given->format,
                               given->ignore_status);
    }
}

std::string printed_name(const std::string &call) {
    auto name = job::read_call(call)->name;
    return name == "lint" ? "check" : name;
}

// Prints the result of --call for each target. False when a check found something.
bool print_answers(Context &context, const bake::Selection &selection, const Targets &targets,
                   const std::vector<job::TargetOutcome> &outcomes) {
    bool fine = true, first = true;
    for (std::size_t i = 0; i < targets.size(); i++) {
        const auto &options = targets[i].options;
        if (options.call.empty())
            continue;
        if (!first)
            context.out << '\n';
        first = false;
        context.out << targets[i].name << '\n';
        const auto &description = selection.targets.at(targets[i].name).description;
        if (!description.empty())
            context.out << printable(description) << '\n';
        context.out << '\n';
        fine = job::report_call(context.out, options, outcomes[i].call) && fine;
    }
    return fine;
}

bool print_answers_json(Context &context, const bake::Selection &selection, const Targets &targets,
                        const std::vector<job::TargetOutcome> &outcomes) {
    auto json = bake::to_json(selection);
    bool fine = true;
    for (std::size_t i = 0; i < targets.size(); i++) {
        const auto &[name, options, links, requested, parts] = targets[i];
        nlohmann::ordered_json entry{{"build", json["target"][name]}};
        if (!options.call.empty()) {
            std::ostringstream text;
            fine = job::report_call(text, options, outcomes[i].call) && fine;
            entry[printed_name(options.call)] =
                nlohmann::ordered_json::parse(text.str(), nullptr, false);
        }
        json["target"][name] = std::move(entry);
    }
    context.out << bake::json_text(json) << '\n';
    return fine;
}

std::vector<std::vector<std::string>> all_platforms(const Targets &targets) {
    std::vector<std::vector<std::string>> platforms;
    platforms.reserve(targets.size());
    for (const auto &target : targets)
        platforms.push_back(target.options.platforms);
    return platforms;
}

} // namespace

ExitCode build_selection(Context &context, const BakeOptions &options,
                         const bake::Selection &selection, const job::Jobs &jobs,
                         const bake::Access &access) {
    auto targets = bake::named_targets(selection);
    set_calls(targets, options);
    ask_for_access(context, bake::missing_access(access, targets, context.environment),
                   bake::files_checked(context.environment));
    if (access.local_delete)
        for (auto &target : targets)
            target.options.allow.emplace_back("buildx.local.delete");
    auto progress = progress_choice(context, options.progress, false);
    if (!options.metadata_file.empty())
        check_output_file(options.metadata_file); // before anything is built
    for (const auto &target : targets)
        hide_secrets(context, target.options);
    auto chosen = choose_builder(context, context.builder);
    auto display =
        progress::make_display(progress.mode, context.err, display_options(context, chosen));
    if (chosen.from_context) {
        for (auto &target : targets)
            build_as_engine(target.options);
        chosen = make_build_builder(context, chosen, progress.mode, *display);
    }
    for (auto &target : targets)
        job::add_environment(target.options, context.environment);
    BuildPlace place(context, std::move(chosen), all_platforms(targets), *display);
    for (std::size_t i = 0; i < targets.size(); ++i) {
        auto &target = targets[i];
        target.parts = place.parts(i);
        add_proxies(context, place.node().endpoint, target.options);
    }
    place.mark_builder_used();
    auto outcomes =
        job::build_targets(place.settings(progress), targets,
                           {.jobs = jobs, .metadata_file = options.metadata_file}, *display);
    job::check_outcomes(outcomes);
    if (context.runner.dry())
        return ExitCode::success;
    auto call = job::read_call(options.call);
    bool as_json = call && call->format == "json";
    bool fine = as_json ? print_answers_json(context, selection, targets, outcomes)
                        : print_answers(context, selection, targets, outcomes);
    return fine ? ExitCode::success : ExitCode::failure;
}

} // namespace berth::cli
