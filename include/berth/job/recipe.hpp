// SPDX-License-Identifier: Apache-2.0
// `berth build --dry-run`: the build as lines for a shell, with buildctl in the builder doing what
// this program does over BuildKit's API. They do it in the plainest way: where the program sends
// what BuildKit asks for, and the layers that the engine lacks, the lines send everything, so that
// each works by itself.
#pragma once

#include "berth/job/build_inputs.hpp"

#include <string>

namespace berth::job {

struct Recipe {
    const docker::Docker &docker;
    std::string container, client_id;
    const BuildOptions &options;
    const BuildInputs &inputs;
};

void print_recipe(const Recipe &recipe);

} // namespace berth::job
