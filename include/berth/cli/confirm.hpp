// SPDX-License-Identifier: Apache-2.0
// Answers to questions, and the confirmation before something is removed.
#pragma once

#include "berth/cli/context.hpp"

#include <string>

namespace berth::cli {

// The next line of standard input, without its end. Throws Error with the exit code `cancelled` if
// the user cancels instead.
std::string read_answer(const Context &context);

// Asks `WARNING! … [y/N]` on standard output, as docker does. True when the next line of standard
// input, terminal or not, is y or Y; anything else, and the end of input, is no.
bool confirm(Context &context, const std::string &warning);

} // namespace berth::cli
