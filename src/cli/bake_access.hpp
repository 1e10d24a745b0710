// SPDX-License-Identifier: Apache-2.0
// The question before a bake file gets more than its working directory.
#pragma once

#include "berth/bake/access.hpp"
#include "berth/cli/context.hpp"

namespace berth::cli {

struct AccessQuestion {
    bool remote = false; // the definition is at an address
    // Another program reads standard error: only the Error names the flags.
    bool silent = false;
};

// Returns if nothing is missing or the user grants it on a terminal; otherwise throws an Error with
// the flags that grant it.
void ask_for_access(Context &context, const bake::AccessRequest &request,
                    const AccessQuestion &question);

} // namespace berth::cli
