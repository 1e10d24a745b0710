// The question before something is removed.
#pragma once

#include "berth/cli/context.hpp"

#include <string>

namespace berth::cli {

// Asks `WARNING! … [y/N]` on standard output, as docker does; true when a line with y (or Y) comes
// on standard input, terminal or not.
bool confirm(Context &context, const std::string &warning);

} // namespace berth::cli
