// SPDX-License-Identifier: Apache-2.0
#include "targets_report.hpp"

#include "berth/job/build_report.hpp"
#include "berth/job/call.hpp"
#include "berth/util/output_file.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace berth::job {

namespace {

bool all_succeeded(const std::vector<TargetOutcome> &outcomes) {
    return std::all_of(outcomes.begin(), outcomes.end(),
                       [](const auto &outcome) { return outcome.state == TargetState::succeeded; });
}

nlohmann::json states_of(const std::vector<TargetOutcome> &outcomes) {
    auto states = nlohmann::json::object();
    for (const auto &outcome : outcomes) {
        auto &state = states[outcome.name];
        state["state"] = to_string(outcome.state);
        if (outcome.error)
            state["error"] = outcome.error->what();
    }
    return states;
}

constexpr std::string_view build_prefix = "failed to build: ";

std::string_view without_prefix(const Error &error) {
    std::string_view what = error.what();
    if (what.starts_with(build_prefix))
        what.remove_prefix(build_prefix.size());
    return what;
}

} // namespace

std::string_view to_string(TargetState state) {
    switch (state) {
    case TargetState::succeeded:
        return "succeeded";
    case TargetState::failed:
        return "failed";
    case TargetState::aborted:
        return "aborted";
    case TargetState::not_started:
        break;
    }
    return "not started";
}

Error of_target(const std::string &name, const Error &error) {
    return Error(fmt::format("target {}: {}", printable(name), without_prefix(error)), error.code(),
                 error.hint());
}

Error of_node(const std::string &name, const Error &error) {
    return Error(fmt::format("{}node {}: {}", build_prefix, printable(name), without_prefix(error)),
                 error.code(), error.hint());
}

void show_results(const std::vector<TargetOutcome> &outcomes, JobsMode mode,
                  progress::Display &display, const progress::Task::Clock &now) {
    if (all_succeeded(outcomes))
        return;
    // docker buildx has this step with deferred errors alone, so programs may wait for its name.
    bool deferred = mode == JobsMode::defer_error;
    progress::Task task(display, deferred ? "[internal] target results" : "[internal] targets",
                        now);
    for (const auto &outcome : outcomes) {
        std::string state(to_string(outcome.state));
        task.outcome(outcome.name + ": " + state, state);
    }
    task.done();
}

std::string no_output_warning(const std::vector<std::string> &targets) {
    if (targets.empty())
        return {};
    bool only_default = targets.size() == 1 && targets.front() == "default";
    auto which = only_default ? "" : fmt::format("for {} target(s) ", join(targets, ", "));
    return fmt::format("WARNING: No output specified {}with docker-container driver. Build result "
                       "will only remain in the build cache. To push result image into registry "
                       "use --push or to load image into docker use --load\n",
                       printable(which));
}

void write_metadata_file(const std::string &file, const std::vector<TargetOutcome> &outcomes,
                         const std::vector<progress::VertexWarning> &warnings,
                         const Environment &environment, const GivenUp &given_up) {
    auto document = nlohmann::json::object();
    for (const auto &outcome : outcomes)
        if (outcome.state == TargetState::succeeded)
            document[outcome.name] = outcome.call.empty()
                                         ? outcome.metadata
                                         : nlohmann::json(call_metadata(outcome.call));
    add_warnings(document, warnings, environment);
    if (!all_succeeded(outcomes))
        document["berth.targets"] = states_of(outcomes);
    write_output_file(file, document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace),
                      given_up);
}

void check_outcomes(const std::vector<TargetOutcome> &outcomes) {
    for (auto state : {TargetState::failed, TargetState::aborted, TargetState::not_started}) {
        std::vector<std::string> errors;
        const Error *first = nullptr;
        for (const auto &outcome : outcomes) {
            if (outcome.state != state || !outcome.error)
                continue;
            first = first ? first : &*outcome.error;
            if (std::find(errors.begin(), errors.end(), outcome.error->what()) == errors.end())
                errors.emplace_back(outcome.error->what());
        }
        if (!first)
            continue;
        Error error(join(errors, "\n"), first->code(), first->hint());
        error.set_epilogue(first->epilogue());
        throw error;
    }
}

} // namespace berth::job
