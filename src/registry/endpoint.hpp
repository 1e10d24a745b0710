// SPDX-License-Identifier: Apache-2.0
// The hosts that a registry's name stands for, by the rules of BuildKit's resolver.
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
    std::string path = "/v2";           // before the repository's
    Tls tls = {};
    std::string domain = {}; // the registry that a mirror is asked for; else empty

    std::string url(const std::string &rest) const;
};

// Certificates of the settings as files, for libcurl, in a directory that goes with this.
class TlsFiles {
  public:
    Tls of(const Settings &settings, const HostSettings &host);

  private:
    std::string write(const std::string &content);
    std::optional<ScratchFolder> directory_;
    std::map<std::string, std::string> files_; // content to path
};

// To read: the mirrors first; to write: the registry itself.
std::vector<Endpoint> find_endpoints(const std::string &domain, bool with_mirrors,
                                     const Settings &settings, TlsFiles &files);

} // namespace berth::registry
