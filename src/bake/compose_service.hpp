// SPDX-License-Identifier: Apache-2.0
// A service of a Compose file as a target.
#pragma once

#include "berth/bake/target.hpp"

#include "yaml.hpp"

#include <map>
#include <string>

namespace berth::bake {

// Throws Error for an attribute of `build` that the Compose specification does not know, and for
// one of a wrong type, with the message of its schema.
void check_schema(const Yaml &model);

// `service` in its long form; `secrets`: the project's. Throws Error for values that are wrong.
Target target_of_service(const Yaml &service, const Yaml &secrets,
                         const std::map<std::string, std::string> &environment);

} // namespace berth::bake
