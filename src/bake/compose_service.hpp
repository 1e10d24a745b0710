// SPDX-License-Identifier: Apache-2.0
// A service of a Compose file as a target.
#pragma once

#include "berth/bake/target.hpp"

#include "yaml.hpp"

#include <map>
#include <string>

namespace berth::bake {

// Throws Error for an unknown attribute of `build`, or one of the wrong type, with the message of
// the Compose specification's schema.
void check_schema(const Yaml &model);

// `service` in its long form; `secrets` are those of the project. Throws Error for invalid values.
Target target_of_service(const Yaml &service, const Yaml &secrets,
                         const std::map<std::string, std::string> &environment);

} // namespace berth::bake
