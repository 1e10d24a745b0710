// SPDX-License-Identifier: Apache-2.0
// Values of variables given as text, by the environment or --var.
#pragma once

#include "berth/hcl/value.hpp"

#include <string>

namespace berth::bake {

// As a string, number or bool. Throws Error.
hcl::Value read_primitive(const std::string &name, const std::string &text, const hcl::Type &type);

// Lists, sets, tuples and maps as comma-separated values: `a,b`, `key:value,key:value`.
bool has_csv_form(const hcl::Type &type);
hcl::Value read_csv_value(const std::string &name, const std::string &text, const hcl::Type &type);

} // namespace berth::bake
