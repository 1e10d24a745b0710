// SPDX-License-Identifier: Apache-2.0
#include "berth/builder/github_context.hpp"

#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/go_json.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <map>
#include <utility>

namespace berth::builder {

namespace {

using Group = std::initializer_list<const char *>;

// One group is present as a whole or not at all.
constexpr Group actor = {"GITHUB_ACTOR", "GITHUB_ACTOR_ID", "GITHUB_TRIGGERING_ACTOR"};
constexpr Group reference = {"GITHUB_REF", "GITHUB_REF_NAME", "GITHUB_REF_PROTECTED",
                             "GITHUB_REF_TYPE"};
constexpr Group repository = {"GITHUB_REPOSITORY", "GITHUB_REPOSITORY_ID",
                              "GITHUB_REPOSITORY_OWNER", "GITHUB_REPOSITORY_OWNER_ID"};
constexpr Group workflow = {"GITHUB_JOB",          "GITHUB_RUN_ATTEMPT", "GITHUB_RUN_ID",
                            "GITHUB_RUN_NUMBER",   "GITHUB_SERVER_URL",  "GITHUB_WORKFLOW",
                            "GITHUB_WORKFLOW_REF", "GITHUB_WORKFLOW_SHA"};
constexpr Group runner = {"ImageOS",     "ImageVersion",       "RUNNER_OS",         "RUNNER_ARCH",
                          "RUNNER_NAME", "RUNNER_ENVIRONMENT", "RUNNER_TRACKING_ID"};

// RUNNER_OS: github_runner_os.
std::string key_of(const std::string &variable) {
    if (variable == "ImageOS")
        return "github_runner_image_os";
    if (variable == "ImageVersion")
        return "github_runner_image_version";
    return variable.starts_with("RUNNER_") ? "github_" + lower(variable) : lower(variable);
}

void add_group(std::map<std::string, nlohmann::json> &document, const Environment &environment,
               Group group) {
    for (const auto *variable : group)
        if (environment.get(variable).empty())
            return;
    for (const auto *variable : group)
        document[key_of(variable)] = environment.get(variable);
}

nlohmann::json read_event(const std::string &path) {
    auto what = fmt::format("GITHUB_EVENT_PATH \"{}\"", printable(path));
    auto text = read_file_if_exists(path);
    if (!text)
        throw Error(fmt::format("failed to read {}: no such file or directory", what),
                    ExitCode::failure, "unset GITHUB_ACTIONS outside of a workflow");
    auto event = read_json(*text);
    if (!event.is_object())
        throw Error(fmt::format("failed to read {}: not a JSON object", what), ExitCode::failure,
                    "unset GITHUB_ACTIONS outside of a workflow");
    return event;
}

} // namespace

std::string github_context(const Environment &environment) {
    auto name = environment.get("GITHUB_EVENT_NAME"), path = environment.get("GITHUB_EVENT_PATH");
    if (!environment.flag("GITHUB_ACTIONS") || name.empty() || path.empty())
        return {};
    std::map<std::string, nlohmann::json> document; // sorted, as Go writes a map
    document["github_event_name"] = name;
    document["github_event_payload"] = read_event(path);
    for (const auto &group : {actor, reference, repository, workflow, runner})
        add_group(document, environment, group);
    return go_json(nlohmann::ordered_json(document));
}

} // namespace berth::builder
