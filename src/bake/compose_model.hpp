// SPDX-License-Identifier: Apache-2.0
// Compose files as one uninterpreted value: variables replaced, `include` and `extends` resolved,
// later files merged into earlier ones, paths relative to the project.
#pragma once

#include "berth/bake/compose.hpp"

#include "yaml.hpp"

#include <map>
#include <string>
#include <vector>

namespace berth::bake {

struct ComposeModel {
    // services (only image, build, environment and env_file) and secrets
    Yaml value = {};
    std::vector<std::string> unset = {};               // names of variables without a value
    std::map<std::string, std::string> variables = {}; // the environment, with the project's name
};

ComposeModel load_compose(const std::vector<SourceFile> &files,
                          const std::map<std::string, std::string> &environment);

} // namespace berth::bake
