// SPDX-License-Identifier: Apache-2.0
#include "complete_bake.hpp"

#include "berth/bake/definition.hpp"

#include <exception>

namespace berth::cli {

namespace {

bake::Definition definition_of(const args::Line &typed, const Environment &environment) {
    std::vector<std::string> given;
    for (const auto &[option, value] : typed.options)
        if (option->has_name("--file") && value != "-")
            given.push_back(value);
    try {
        auto files = bake::read_files(bake::file_names(given, environment),
                                      {.standard_input = [] { return ""; }});
        return bake::read_definition(
            files, {.builtins = {{"BAKE_CMD_CONTEXT", "cwd://"}, {"BAKE_LOCAL_PLATFORM", "linux"}}},
            environment);
    } catch (const std::exception &) {
        return {};
    }
}

constexpr const char *override_keys[] = {
    "annotations=", "args.",     "attest=",     "cache-from=",      "cache-to=",    "call=",
    "context=",     "contexts.", "dockerfile=", "entitlements=",    "extra-hosts.", "labels.",
    "load=",        "network=",  "no-cache=",   "no-cache-filter=", "output=",      "platform=",
    "pull=",        "push=",     "resources.",  "secrets=",         "shm-size=",    "ssh=",
    "tags=",        "target=",   "ulimits="};

} // namespace

std::vector<Candidate> bake_targets(const args::Line &typed, const Environment &environment) {
    std::vector<Candidate> candidates;
    for (const auto &target : bake::list_targets(definition_of(typed, environment).config))
        candidates.push_back({target.name, target.description});
    return candidates;
}

std::vector<Candidate> bake_variables(const args::Line &typed, const Environment &environment) {
    std::vector<Candidate> candidates;
    for (const auto &variable : definition_of(typed, environment).variables)
        candidates.push_back({variable.name + "=", variable.description});
    return candidates;
}

std::vector<Candidate> bake_overrides(const args::Line &typed, const Environment &environment) {
    std::vector<Candidate> candidates;
    auto add = [&candidates](const std::string &name) {
        for (const auto *key : override_keys)
            candidates.push_back({name + "." + key});
    };
    add("*");
    for (const auto &target : definition_of(typed, environment).config.targets)
        add(target.name);
    return candidates;
}

} // namespace berth::cli
