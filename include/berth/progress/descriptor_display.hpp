// SPDX-License-Identifier: Apache-2.0
// `--progress-fd`: the progress for another program, in addition to the user's display.
#pragma once

#include "berth/progress/display.hpp"

#include <memory>
#include <string>

namespace berth::progress {

// Draws on `people`, and writes the same progress to a descriptor: `where` is its number,
// optionally followed by `:rawjson` (the default) or `:plain`. Throws a usage error that names
// `where` if it is malformed or the descriptor is not open. The build continues when the reader
// closes it.
std::unique_ptr<Display> with_descriptor(std::unique_ptr<Display> people, const std::string &where,
                                         const DisplayOptions &options);

} // namespace berth::progress
