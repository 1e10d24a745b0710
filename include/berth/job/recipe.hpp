// SPDX-License-Identifier: Apache-2.0
// `berth build --dry-run`: the build as shell commands, with buildctl in the builder instead of
// BuildKit's API. The commands are simple: they send the whole context and all layers, so that each
// command works on its own.
#pragma once

#include "berth/job/build_inputs.hpp"

#include <string>

namespace berth::job {

struct Recipe {
    const docker::Docker &docker; // of the node
    const docker::Docker &engine; // that images are loaded into
    std::string container, client_id;
    const BuildOptions &options;
    const BuildInputs &inputs;
};

void print_recipe(const Recipe &recipe);

} // namespace berth::job
