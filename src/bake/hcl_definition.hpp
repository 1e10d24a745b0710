// SPDX-License-Identifier: Apache-2.0
// Variables, functions, groups and targets of HCL and JSON files.
#pragma once

#include "berth/bake/definition.hpp"
#include "berth/hcl/body.hpp"

#include <map>
#include <string>
#include <vector>

namespace berth::bake {

// Evaluates the files together, and merges their groups and targets into `definition`. `overrides`
// are values of variables from outside. Throws DefinitionError.
void evaluate_bodies(const std::vector<hcl::BodyPtr> &bodies, const hcl::Sources &texts,
                     const std::map<std::string, std::string> &builtins,
                     const std::map<std::string, std::string> &overrides, Definition &definition);

[[noreturn]] void throw_diagnostics(const hcl::Diagnostics &diagnostics, const hcl::Sources &texts);

} // namespace berth::bake
