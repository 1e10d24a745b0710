// SPDX-License-Identifier: Apache-2.0
// Values of build flags, checked and converted for the frontend. A bad value is a usage error that
// names the flag and the value, in docker's wording.
#pragma once

#include "berth/util/environment.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::job {

// KEY=VALUE split, or only a KEY.
struct KeyValue {
    std::string key;
    std::optional<std::string> value;
};
KeyValue read_pair(const std::string &text);

// --build-arg: the last one of a name wins. A KEY without a value takes it from the environment,
// and is dropped if it is unset there.
std::map<std::string, std::string> read_build_args(const std::vector<std::string> &values,
                                                   const Environment &environment);

// --add-host, each HOST:IP[,IP…] or HOST=IP[,IP…]: HOST=IP for each address, IPv6 without
// brackets.
std::vector<std::string> read_hosts(const std::vector<std::string> &values);

// --platform, each a comma list: os/arch[/variant] in the form images have; `local` is this
// machine's.
std::vector<std::string> read_platforms(const std::vector<std::string> &values);

// --resource, each KEY=VALUE: the frontend's attributes for them, in bytes and plain numbers. Omits
// values that mean "no limit". Keys are those of `docker run`.
std::map<std::string, std::string> read_resources(const std::vector<std::string> &values);

// --ulimit TYPE=SOFT[:HARD]: TYPE=SOFT:HARD by name; the last one of a type wins.
std::vector<std::string> read_ulimits(const std::vector<std::string> &values);

void check_network(const std::string &mode);

// --allow: those that are BuildKit's, without empty ones and buildx.local.delete (output.hpp).
std::vector<std::string> read_entitlements(const std::vector<std::string> &values);

} // namespace berth::job
