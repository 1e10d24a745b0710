// SPDX-License-Identifier: Apache-2.0
// The files of a builder's container, as the store keeps them: from `create --buildkitd-config` and
// from flags that generate configuration.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace berth::builder {

struct ConfigRequest {
    std::string file = {};                             // path of a buildkitd.toml; empty: none
    std::vector<std::string> ca = {};                  // paths of PEM files
    std::vector<std::string> insecure_registries = {}; // HOST[:PORT]
    std::vector<std::string> mirrors = {};             // HOST=MIRROR
    std::string max_cache = {}; // for example 20g or 40%; empty: BuildKit's default
    bool empty() const {
        return file.empty() && ca.empty() && insecure_registries.empty() && mirrors.empty() &&
               max_cache.empty();
    }
};

// All files of the request: the configuration of read_config_files() with what the flags add to it,
// and the certificates as one bundle. Throws a usage error that names the flag and its value.
std::map<std::string, std::string> make_config_files(const ConfigRequest &request);

// Reads a buildkitd.toml. Certificates and keys that a [registry."host"] names (ca, keypair.key,
// keypair.cert) are read too, as certs/<host>/<file name>, and the paths in the text become those
// inside the container; ':' in a host becomes '_' (observed with docker buildx 0.29.1, which keeps
// only the last of several files of one name; here the later ones become 2-<file name>, …). The
// text is rewritten with sorted keys and without comments, like docker buildx. Throws Error naming
// the file, and the place in it.
std::map<std::string, std::string> read_config_files(const std::filesystem::path &file);

// Whether two configurations are equivalent. Older versions kept the user's text unchanged.
bool same_config(const std::string &left, const std::string &right);

// Whether the insecure-entitlements of a text from read_config_files() contain network.host.
bool allows_host_network(const std::string &text);

} // namespace berth::builder
