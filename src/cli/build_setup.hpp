// SPDX-License-Identifier: Apache-2.0
// What `berth build` and `berth bake` share: the display, and what their builds find around them.
#pragma once

#include "berth/buildkit/connection.hpp"
#include "berth/cli/context.hpp"
#include "berth/job/options.hpp"
#include "berth/progress/display.hpp"

#include <functional>
#include <string>

namespace berth::cli {

struct ProgressChoice {
    progress::Mode mode;
    bool warnings; // printed at the end
};

// `given`: --progress; empty: BUILDKIT_PROGRESS. Throws a usage error.
ProgressChoice progress_choice(const Context &context, const std::string &given, bool quiet);

progress::DisplayOptions display_options(const Context &context, const std::string &builder,
                                         const std::string &driver, bool colour);

// BUILDX_NO_DEFAULT_LOAD.
bool no_default_load(const Context &context);

// The proxies of docker's configuration become build arguments, as with docker buildx.
void add_proxies(const Context &context, const std::string &endpoint, job::BuildOptions &build);

// For --debug: prints calls to BuildKit as docker commands are shown. Empty without it.
std::function<void(const buildkit::CallRecord &)> call_printer(const Context &context);

} // namespace berth::cli
