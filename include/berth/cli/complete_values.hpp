// SPDX-License-Identifier: Apache-2.0
// Completion of values by their kind in help. A new kind is a line in the table in
// complete_values.cpp.
#pragma once

#include "berth/cli/complete.hpp"

#include <string>

namespace berth::cli {

// `type` is the option's type name, `word` the typed part of the value.
Completion complete_value(const std::string &type, const std::string &word, const args::Line &typed,
                          const Environment &environment);

} // namespace berth::cli
