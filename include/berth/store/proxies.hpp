// SPDX-License-Identifier: Apache-2.0
// The proxies of this machine, for builders that inherit them.
#pragma once

#include "berth/util/environment.hpp"

#include <map>
#include <string>

namespace berth::store {

// Environment variables (HTTP_PROXY and http_proxy, …; programs read either form) with their
// values: those in docker's config.json for the engine at `host`, else for all engines ("default"),
// else those of `environment`. Format: https://docs.docker.com/engine/cli/proxy/
std::map<std::string, std::string> proxies(const Environment &environment, const std::string &host);

// Only those of config.json, for builds. None if the file is not JSON.
std::map<std::string, std::string> configured_proxies(const Environment &environment,
                                                      const std::string &host);

// http://user:password@host
bool has_password(const std::string &url);

} // namespace berth::store
