// SPDX-License-Identifier: Apache-2.0
// The report at the end of several targets: in the log, below it, and in the metadata file.
#pragma once

#include "berth/job/targets.hpp"

namespace berth::job {

// The error with the target's name as prefix, in docker buildx's form.
Error of_target(const std::string &name, const Error &error);

// A step with a line for each target, unless all succeeded.
void show_results(const std::vector<TargetOutcome> &outcomes, JobsMode mode,
                  progress::Display &display, const progress::Task::Clock &now);

// A line, or empty without such targets. Does not mention the name `default`.
std::string no_output_warning(const std::vector<std::string> &targets);

// The metadata of successful targets, by name; `buildx.build.warnings`, if the environment enables
// them; and unless all succeeded, `berth.targets`: the state and error of each target, by name.
// `given_up`: as write_output_file(). Throws Error.
void write_metadata_file(const std::string &file, const std::vector<TargetOutcome> &outcomes,
                         const std::vector<progress::VertexWarning> &warnings,
                         const Environment &environment, const GivenUp &given_up);

} // namespace berth::job
