// Builds of a docker context: a builder with the driver `docker` is chosen, and a container builder
// of berth's own does the work (builder/context_builder.hpp).
#pragma once

#include "berth/cli/choose_builder.hpp"
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

// Creates the container builder of a docker context, boots it and stores it. Nothing is stored when
// it does not boot. Under --dry-run nothing is created.
ChosenBuilder create_context_builder(Context &context, const std::string &docker_context,
                                     progress::Display &display);

} // namespace berth::cli
