// `create --buildkitd-config FILE`: the files that go into the container, as the store keeps them.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace berth::builder {

// Reads a buildkitd.toml. Certificates and keys that a [registry."host"] names (ca, keypair.key,
// keypair.cert) are read too, as certs/<host>/<file name>, and the paths in the text become those
// inside the container; ':' in a host becomes '_' (observed with docker buildx 0.29.1, which keeps
// only the last of several files of one name; here the later ones become 2-<file name>, …). Without
// any the text stays as it is. Throws Error naming the file, and the place in it.
std::map<std::string, std::string> read_config_files(const std::filesystem::path &file);

// Does that text's insecure-entitlements name network.host? It is one that read_config_files()
// took.
bool allows_host_network(const std::string &text);

} // namespace berth::builder
