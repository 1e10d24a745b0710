// SPDX-License-Identifier: Apache-2.0
// Builds several targets concurrently over one connection to BuildKit, for `berth bake`. `berth
// build` has one target. A target for several platforms can have parts,
// each built by another node of the builder; a target of one part is the usual case.
#pragma once

#include "berth/builder/spread.hpp"
#include "berth/job/build_setting.hpp"
#include "berth/job/call.hpp"
#include "berth/job/jobs.hpp"
#include "berth/job/options.hpp"
#include "berth/progress/display.hpp"
#include "berth/util/error.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::job {

// A named context that is another target's result (`contexts = { base = "target:app" }`).
struct TargetLink {
    std::string context; // NAME of --build-context, any case
    std::string target;  // the other target's name
};

// What one node builds of a target.
struct TargetPart {
    std::size_t node = 0;                    // its place in the list of nodes
    std::vector<std::string> platforms = {}; // as images have them
};

struct NamedTarget {
    std::string name; // unique; shown before each step if there are several targets
    // The options of `berth build`, with these exceptions. Links are not in build_contexts.
    // `context` and `file` are never `-`: standard input belongs to no target. `metadata_file` is
    // empty: TargetsOptions has it.
    BuildOptions options;
    std::vector<TargetLink> links = {};
    // False if only other targets use it. Then no warning says that its result has no output.
    bool requested = true;
    // Of different nodes; empty: all of it is one part, on the first node. The parts of a target
    // become one image: pushed by digest and put together under each tag, or sent here and put
    // together.
    std::vector<TargetPart> parts = {};
};

// Targets that one node must build, since they use each other's results; none that are only
// evaluated (--call). Throws a usage error for wrong links.
std::vector<builder::SpreadGroup> spread_groups(const std::vector<NamedTarget> &targets);

struct TargetsOptions {
    Jobs jobs = {};
    // Written at the end, JSON by target name (docker buildx's --metadata-file of bake).
    std::string metadata_file = {};
    // Targets and groups that the user named: the builds are noted as one bake. Empty: they are
    // not.
    std::vector<std::string> asked_for = {};
};

enum class TargetState {
    succeeded,
    failed,
    aborted,     // cancelled by the user or after a failure, or a linked target failed
    not_started, // another target failed before its turn came
};
// The name in summaries: `succeeded`, `failed`, `aborted`, `not started`.
std::string_view to_string(TargetState state);

struct TargetOutcome {
    std::string name;
    TargetState state = TargetState::not_started;
    nlohmann::json metadata = nlohmann::json::object(); // the target's part of a metadata file
    CallAnswer call = {};                               // of options.call: for report_call()
    std::optional<Error> error = {};                    // of one that is failed or aborted
};

// Builds them all, and returns their outcomes in the order given when the last one ended: the
// display is finished, warnings and the failing lines of Dockerfiles are printed below it, builds
// are noted in the store, the metadata file is written. One docker command for each node with a
// part of a target, however many targets; loading into the engine takes its own. A directory that
// several targets share is read once. Nothing is tagged when a part of the target has failed.
// Throws Error, before any docker command, when the input is wrong: a bad flag, a file that is
// missing, a link to an unknown target, a cycle of links.
//
// In a dry run it prints the targets' commands.
std::vector<TargetOutcome> build_targets(const std::vector<BuildSetting> &nodes,
                                         const std::vector<NamedTarget> &targets,
                                         const TargetsOptions &options, progress::Display &display);

// Throws the Error of the first failed target, with the number of the others, or else of the first
// aborted one. Does nothing if all succeeded.
void check_outcomes(const std::vector<TargetOutcome> &outcomes);

// The error of a build with the node's name: `failed to build: node a: …`.
Error of_node(const std::string &name, const Error &error);

} // namespace berth::job
