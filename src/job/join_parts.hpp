// SPDX-License-Identifier: Apache-2.0
// The last step of a build that several nodes share: makes one image of the parts.
#pragma once

#include "berth/job/build_setting.hpp"
#include "berth/progress/display.hpp"

#include "part_outputs.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace berth::job {

struct BuiltPart {
    nlohmann::json metadata;      // of its build (build_report.hpp)
    std::filesystem::path layout; // the directory with its image, for outputs on this side
};

// Puts the parts together, in docker buildx's order: in files and the engine first, then under
// their names in registries. `setting`: of the first part. Returns the metadata of the whole: of a
// pushed image its digest alone, as docker buildx. An error begins with `failed to build: `. Throws
// Error; then nothing has a new name.
nlohmann::json join_parts(const BuildSetting &setting, const JointOutputs &joint,
                          const std::vector<BuiltPart> &parts, progress::Display &display);

// Throws the Error that a name or a destination would cause, as far as it can be known before.
void check_joining(const BuildSetting &setting, const JointOutputs &joint);
// What that does, for a dry run: lines that begin with `#`.
std::vector<std::string> describe_joining(const JointOutputs &joint);

} // namespace berth::job
