// SPDX-License-Identifier: Apache-2.0
// The link to a build in Docker Desktop, below the log. Only where Docker Desktop is.
#pragma once

#include "berth/util/environment.hpp"

#include <string>
#include <utility>
#include <vector>

namespace berth::job {

// Has Docker Desktop left its mark in the home directory? As docker buildx finds it.
bool has_docker_desktop(const Environment &environment);

// "\nView build details: ADDRESS\n" for one build, a line for each of several; empty for none.
// `builds`: target and BUILDER/NODE/REF. `terminal`: as hyperlinks.
std::string build_details(const std::vector<std::pair<std::string, std::string>> &builds,
                          bool terminal);

} // namespace berth::job
