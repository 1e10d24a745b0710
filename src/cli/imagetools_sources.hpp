// SPDX-License-Identifier: Apache-2.0
// What the arguments of `imagetools create` mean.
#pragma once

#include "berth/registry/combine.hpp"

#include <string>
#include <vector>

namespace berth::cli {

struct CreateArguments {
    std::vector<std::string> sources, files, tags;
    bool append = false; // the first tag is the first source
};

struct CreatePlan {
    std::vector<registry::ImageSource> sources;
    std::vector<registry::Location> tags;
};

// Reads the files. A source is a reference, a digest or a descriptor's JSON; where it names no
// repository, the only one that the others name is meant. Throws a usage error.
CreatePlan plan_create(const CreateArguments &arguments);

} // namespace berth::cli
