// SPDX-License-Identifier: Apache-2.0
// The name of a Compose project, which files use as ${COMPOSE_PROJECT_NAME}
// (https://docs.docker.com/compose/how-tos/project-name/).
#pragma once

#include "berth/bake/compose.hpp"

#include <map>
#include <string>
#include <vector>

namespace berth::bake {

// The last `name` of the files, with its variables replaced; else COMPOSE_PROJECT_NAME of the
// environment; else "bake", as with docker buildx. Throws Error for a bad reference; files that
// cannot be parsed have no name.
std::string project_name(const std::vector<SourceFile> &files,
                         const std::map<std::string, std::string> &environment);

} // namespace berth::bake
