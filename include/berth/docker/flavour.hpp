// SPDX-License-Identifier: Apache-2.0
// Programs that replace the docker CLI: which one $BERTH_DOCKER names, and its differences.
// Differences are handled only here; docs/engines.md lists them.
#pragma once

#include <string>
#include <string_view>

namespace berth::docker {

enum class Flavour { docker, podman, nerdctl };

// Detected by the program name: podman, podman-remote, nerdctl; anything else is docker.
Flavour flavour_of(std::string_view program);

// Podman may have no registry for short names, so docker.io is added.
std::string image_name(Flavour flavour, const std::string &reference);

} // namespace berth::docker
