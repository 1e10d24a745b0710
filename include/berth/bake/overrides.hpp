// SPDX-License-Identifier: Apache-2.0
// `--set PATTERN.KEY[.NAME][+]=VALUE`: changes to targets from the command line.
#pragma once

#include "berth/bake/access.hpp"
#include "berth/bake/target.hpp"
#include "berth/util/environment.hpp"

#include <map>
#include <string>
#include <vector>

namespace berth::bake {

struct Override {
    std::string value = {};
    Strings values = {}; // of keys that are lists
    bool append = false; // `+=`
    bool clear = false;  // an empty value
};
// By target, then by key: "tag", "arg.NAME".
using TargetOverrides = std::map<std::string, Override>;
using Overrides = std::map<std::string, TargetOverrides>;

// Throws Error for an unknown key, or a pattern that matches no target. An `arg` without a value
// takes it from the environment, if `environment_allowed`.
Overrides read_overrides(const Config &config, const Strings &texts,
                         const Environment &environment);

// Applies them. Whatever the command line itself names needs no --allow, so it is added to
// `access`.
void apply(Target &target, const TargetOverrides &overrides, Access &access);

// BUILDX_BAKE_DISABLE_VARS_ENV_LOOKUP: whether the environment sets variables.
bool environment_allowed(const Environment &environment);

} // namespace berth::bake
