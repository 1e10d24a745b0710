// SPDX-License-Identifier: Apache-2.0
// Interprets the arguments of `imagetools create`.
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

// Reads the files. A source is a reference, a digest or the JSON of a descriptor. One without a
// repository is in the only repository of the other arguments. Throws a usage error.
CreatePlan plan_create(const CreateArguments &arguments);

} // namespace berth::cli
