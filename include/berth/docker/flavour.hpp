// SPDX-License-Identifier: Apache-2.0
// Programs that do as the docker CLI does: which one $BERTH_DOCKER names, and where its ways
// differ. What differs is asked here and nowhere else; docs/engines.md tells users.
#pragma once

#include <string>
#include <string_view>

namespace berth::docker {

enum class Flavour { docker, podman, nerdctl };

// By the name of the program: podman, podman-remote, nerdctl; anything else is docker.
Flavour flavour_of(std::string_view program);

// Podman looks a short name up in a list that may be empty; docker.io is what is meant here.
std::string image_name(Flavour flavour, const std::string &reference);

} // namespace berth::docker
