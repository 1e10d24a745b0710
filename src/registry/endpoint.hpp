// SPDX-License-Identifier: Apache-2.0
// The hosts to try for a registry, by the rules of BuildKit's resolver.
#pragma once

#include "berth/registry/http.hpp"
#include "berth/registry/settings.hpp"
#include "berth/util/file.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::registry {

struct Endpoint {
    std::string scheme = {}, host = {}; // http, https; HOST[:PORT]
    std::string path = "/v2";           // prefix of the repository's path
    Tls tls = {};
    std::string domain = {}; // the registry of a mirror; otherwise empty

    std::string url(const std::string &rest) const;
};

// Certificates of the settings as files for libcurl, in a directory that the destructor removes.
class TlsFiles {
  public:
    Tls of(const Settings &settings, const HostSettings &host);

  private:
    std::string write(const std::string &content);
    std::optional<ScratchFolder> directory_;
    std::map<std::string, std::string> files_; // content to path
};

// `with_mirrors`, for reads: the mirrors first. Writes go to the registry itself.
std::vector<Endpoint> find_endpoints(const std::string &domain, bool with_mirrors,
                                     const Settings &settings, TlsFiles &files);

} // namespace berth::registry
