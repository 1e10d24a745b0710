// SPDX-License-Identifier: Apache-2.0
// Builds of a docker context: the chosen builder has the driver `docker`, and a container builder
// of berth does the work (builder/context_builder.hpp).
#pragma once

#include "berth/cli/choose_builder.hpp"
#include "berth/job/options.hpp"
#include "berth/progress/display.hpp"

#include <optional>
#include <string>

namespace berth::cli {

// The builder that `chosen` builds in: itself, or the container builder of a docker context, which
// is absent before that context's first build.
std::optional<ChosenBuilder> find_build_builder(const Context &context,
                                                const ChosenBuilder &chosen);

// The name of that builder, whether it exists or not.
std::string build_builder_name(const Context &context, const ChosenBuilder &chosen);

// The builder that builds for `chosen`. Creates the container builder of a docker context if it is
// absent: prints a line to standard error unless the mode is silent, starts the container in
// `display`, and stores nothing if the start fails. With --dry-run it creates nothing.
ChosenBuilder make_build_builder(Context &context, const ChosenBuilder &chosen, progress::Mode mode,
                                 progress::Display &display);

// Builds of a docker context use images of its engine, as docker build does, unless --pull asks the
// registry for newer ones; what they export as an image is the engine's.
void build_as_engine(job::BuildOptions &build);

} // namespace berth::cli
