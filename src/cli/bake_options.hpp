// SPDX-License-Identifier: Apache-2.0
// The command line of `berth bake`.
#pragma once

#include "berth/args/command.hpp"
#include "berth/bake/definition.hpp"
#include "berth/cli/context.hpp"
#include "berth/job/jobs.hpp"

#include <optional>
#include <string>
#include <vector>

namespace berth::cli {

struct BakeOptions {
    std::vector<std::string> targets;
    std::vector<std::string> files, overrides, variables, allow, policies, env_files;
    std::string call, jobs, list, metadata_file, progress, provenance, sbom;
    bool load = false, push = false, print = false;
    bool list_targets = false, list_variables = false; // older spellings of --list
    std::optional<bool> no_cache, pull;
};

void add_bake_flags(args::Command &command, BakeOptions &options);

// The overrides of --set, and those that other flags imply.
std::vector<std::string> all_overrides(const BakeOptions &options);

struct BakeList {
    std::string type; // targets, variables
    bool json = false;
};
// --list: nothing without the flag. Throws Error for an unknown list.
std::optional<BakeList> read_list(const BakeOptions &options);

} // namespace berth::cli
