// SPDX-License-Identifier: Apache-2.0
// Attributes of targets and groups from HCL's values, and back (`target.app.tags`).
#pragma once

#include "berth/bake/target.hpp"
#include "berth/hcl/body.hpp"
#include "berth/hcl/value.hpp"

#include <string>
#include <vector>

namespace berth::bake {

// The names of a target's attributes, and of a group's, in files.
const std::vector<std::string> &target_attributes();
const std::vector<std::string> &group_attributes();

// Sets an attribute. For an invalid value, throws an Error whose message is a phrase.
void set_attribute(Target &target, const std::string &name, const hcl::Value &value);
void set_attribute(Group &group, const std::string &name, const hcl::Value &value);

// All attributes as an object; unset ones are null.
hcl::Value to_value(const Target &target);
hcl::Value to_value(const Group &group);

} // namespace berth::bake
