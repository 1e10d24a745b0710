// SPDX-License-Identifier: Apache-2.0
// `$NAME` and `${NAME:-default}` in texts of Compose files and `.env` files.
#pragma once

#include "yaml.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::bake {

using Lookup = std::function<std::optional<std::string>(const std::string &)>;

// In `variables`, which must outlive it.
Lookup lookup_in(const std::map<std::string, std::string> &variables);

// `text` with its variables replaced: ${A:-b} ${A-b} ${A:?b} ${A?b} ${A:+b} ${A+b}, and $$ for $.
// Unset names are added to `unset`. Throws Error for a missing required variable, and for an
// invalid reference (with an empty message, see interpolate()).
std::string substitute(const std::string &text, const Lookup &lookup,
                       std::vector<std::string> &unset);

// Replaces variables in all texts of a value. Throws Error that names the path.
void interpolate(Yaml &value, const Lookup &lookup, std::vector<std::string> &unset);

} // namespace berth::bake
