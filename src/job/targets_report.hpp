// SPDX-License-Identifier: Apache-2.0
// What is said at the end of several targets: in the log, below it, and in the metadata file.
#pragma once

#include "berth/job/targets.hpp"

namespace berth::job {

// The same error with the target's name in front, in docker buildx's words.
Error of_target(const std::string &name, const Error &error);
// With the node's: `failed to build: node a: …`.
Error of_node(const std::string &name, const Error &error);

// A step with a line for each target, unless all succeeded.
void show_results(const std::vector<TargetOutcome> &outcomes, progress::Display &display,
                  const progress::Task::Clock &now);

// A line; empty when there are no such targets. The name `default` is nothing to speak of.
std::string no_output_warning(const std::vector<std::string> &targets);

// The metadata of those that succeeded, by name; `buildx.build.warnings`, if the environment asks
// for them; and when not all succeeded, `berth.targets`: the state of each, by name, and its error.
// Throws Error.
void write_metadata_file(const std::string &file, const std::vector<TargetOutcome> &outcomes,
                         const std::vector<progress::VertexWarning> &warnings,
                         const Environment &environment);

} // namespace berth::job
