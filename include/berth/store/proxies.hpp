// SPDX-License-Identifier: Apache-2.0
// The proxies of this machine, for builders that inherit them.
#pragma once

#include "berth/util/environment.hpp"

#include <map>
#include <string>

namespace berth::store {

// Environment variables (HTTP_PROXY and http_proxy, …; programs look at either) with their values:
// those that docker's config.json has for the engine at `host`, else for all engines ("default"),
// else those of `environment`. Format: https://docs.docker.com/engine/cli/proxy/
std::map<std::string, std::string> proxies(const Environment &environment, const std::string &host);

// Those of config.json alone, for builds. A file that is not JSON has none.
std::map<std::string, std::string> configured_proxies(const Environment &environment,
                                                      const std::string &host);

// http://user:password@host
bool has_password(const std::string &url);

} // namespace berth::store
