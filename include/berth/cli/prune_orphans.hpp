// SPDX-License-Identifier: Apache-2.0
// `berth prune --orphans`.
#pragma once

#include "berth/cli/context.hpp"
#include "berth/util/error.hpp"

namespace berth::cli {

// On the engines of the chosen builder, removes the containers and state volumes of builders that
// the store does not know: a list, a question, then the containers and after them the volumes.
// Throws an Error if a builder's record is broken, since its nodes would look like orphans.
ExitCode prune_orphans(Context &context, bool force);

} // namespace berth::cli
