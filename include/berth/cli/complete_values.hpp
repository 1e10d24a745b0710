// SPDX-License-Identifier: Apache-2.0
// Values of options and arguments, by what help calls them: a new kind of value is a line in the
// table in complete_values.cpp.
#pragma once

#include "berth/cli/complete.hpp"

#include <string>

namespace berth::cli {

// `type` is the option's type name, `word` what is typed of the value.
Completion complete_value(const std::string &type, const std::string &word, const args::Line &typed,
                          const Environment &environment);

} // namespace berth::cli
