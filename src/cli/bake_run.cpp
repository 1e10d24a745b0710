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

#include "bake_access.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <sstream>

namespace berth::cli {

namespace {

using Targets = std::vector<job::NamedTarget>;

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
        fine = job::report_call(context.out, options, outcomes[i].call,
                                context.cancellation.given_up()) &&
               fine;
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
            fine = job::report_call(text, options, outcomes[i].call,
                                    context.cancellation.given_up()) &&
                   fine;
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

std::string read_standard_input() {
    constexpr std::size_t largest = std::size_t(16) << 20;
    std::string text;
    for (std::istreambuf_iterator<char> it(std::cin), end; it != end; ++it) {
        text += *it;
        if (text.size() > largest)
            throw Error("the definition on standard input is larger than 16 MiB");
    }
    return text;
}

// Programs that berth starts have no use for git's secrets.
void hide_git_secrets(const Environment &environment) {
    for (const auto &[name, value] : environment.all())
        if (lower(name) == "buildx_bake_git_auth_token" ||
            lower(name) == "buildx_bake_git_auth_header")
            ::unsetenv(name.c_str());
}

} // namespace

BakeSession::BakeSession(Context &context, const BakeOptions &options)
    : context_(context),
      builds_(!options.print && !read_list(options)),
      names_given_(!options.files.empty()),
      progress_(progress_choice(context, options.progress, false)) {}

BakeSession::~BakeSession() {
    finish();
}

void BakeSession::show() {
    if (display_)
        return;
    auto options = context_.display_options();
    if (builds_) {
        chosen_ = choose_builder(context_, context_.builder);
        options = display_options(context_, chosen_);
    }
    display_ = progress::make_display(progress_.mode, context_.err, options);
}

void BakeSession::open() {
    hide_git_secrets(context_.environment);
    builds_ = true;
    show();
    if (!chosen_.from_context)
        return;
    // The line about a new builder stands below what was drawn.
    if (!find_build_builder(context_, chosen_)) {
        finish();
        show();
    }
    as_engine_ = true;
    try {
        chosen_ = make_build_builder(context_, chosen_, progress_.mode, *display_);
    } catch (const std::exception &) {
        display_.reset(); // it is finished
        throw;
    }
}

void BakeSession::finish() {
    if (display_)
        display_->finish();
    display_.reset();
}

std::vector<bake::SourceFile> BakeSession::read(const std::vector<std::string> &names) {
    show();
    std::string step = "[internal] load local bake definitions";
    if (!names_given_ && !names.empty())
        step += " from BUILDX_BAKE_FILE env";
    progress::Task task(*display_, step, std::chrono::system_clock::now);
    auto reading = [&](const std::string &what, std::optional<std::size_t> size) {
        auto bytes = static_cast<std::int64_t>(size.value_or(0));
        bool known = what != "reading from stdin";
        task.status(printable(what), bytes, known ? bytes : 0, size.has_value());
    };
    try {
        return bake::read_files(names, {.standard_input = read_standard_input, .reading = reading});
    } catch (const std::exception &) {
        task.done();
        throw;
    }
}

job::RemoteDefinition BakeSession::fetch(const std::string &address,
                                         const job::WantedFiles &wanted) {
    open();
    BuildPlace place(context_, chosen_, {{}}, *display_); // the first node
    place.mark_builder_used();
    return job::fetch_remote_definition(place.settings(progress_).front(), *display_, address,
                                        wanted);
}

std::vector<job::TargetOutcome> BakeSession::build(Targets &targets,
                                                   const job::TargetsOptions &options) {
    open();
    if (as_engine_)
        for (auto &target : targets)
            build_as_engine(target.options);
    for (auto &target : targets)
        job::add_environment(target.options, context_.environment);
    BuildPlace place(context_, chosen_, all_platforms(targets), *display_,
                     job::spread_groups(targets));
    for (std::size_t i = 0; i < targets.size(); ++i) {
        targets[i].parts = place.parts(i);
        add_proxies(context_, place.node().endpoint, targets[i].options);
    }
    place.mark_builder_used();
    auto display = std::move(display_); // build_targets() finishes it
    return job::build_targets(place.settings(progress_), targets, options, *display);
}

ExitCode build_selection(Context &context, const BakeOptions &options, BakeSession &session,
                         const BakeWork &work) {
    auto targets = bake::named_targets(work.selection, work.remote, context.environment);
    set_calls(targets, options);
    auto request = bake::missing_access(work.access, targets, context.environment);
    if (!request.empty()) {
        session.finish(); // the question stands below what was drawn
        ask_for_access(context, request,
                       {.remote = work.remote != nullptr, .silent = session.for_program()});
    }
    if (work.access.local_delete)
        for (auto &target : targets)
            target.options.allow.emplace_back("buildx.local.delete");
    if (!options.metadata_file.empty())
        check_output_file(options.metadata_file); // before anything is built
    for (const auto &target : targets)
        hide_secrets(context, target.options);
    auto outcomes = session.build(
        targets,
        {.jobs = work.jobs, .metadata_file = options.metadata_file, .asked_for = work.names});
    job::check_outcomes(outcomes);
    if (context.runner.dry())
        return ExitCode::success;
    auto call = job::read_call(options.call);
    bool as_json = call && call->format == "json";
    bool fine = as_json ? print_answers_json(context, work.selection, targets, outcomes)
                        : print_answers(context, work.selection, targets, outcomes);
    return fine ? ExitCode::success : ExitCode::failure;
}

} // namespace berth::cli
