// SPDX-License-Identifier: Apache-2.0
// Parses docker's output. Unexpected text is an Error that names the field and the command.
#pragma once

#include "berth/docker/types.hpp"

#include <string_view>
#include <vector>

namespace berth::docker {

// The lines of inspect_container_arguments() and inspect_image_arguments().
std::vector<Container> parse_containers(std::string_view output);
std::vector<Image> parse_images(std::string_view output);
// `docker info --format '{{json .}}'`.
EngineInfo parse_info(std::string_view output);
// `docker version --format '{{json .}}'`; other text yields no versions.
Versions parse_versions(std::string_view output);

} // namespace berth::docker
