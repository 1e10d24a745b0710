// SPDX-License-Identifier: Apache-2.0
// Confirmation before something is removed.
#pragma once

#include "berth/cli/context.hpp"

#include <string>

namespace berth::cli {

// Asks `WARNING! … [y/N]` on standard output, as docker does. True when the next line of standard
// input, terminal or not, is y or Y; anything else, and the end of input, is no.
bool confirm(Context &context, const std::string &warning);

} // namespace berth::cli
