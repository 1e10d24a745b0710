// SPDX-License-Identifier: Apache-2.0
// The settings for registries in a builder's buildkitd.toml.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::registry {

struct KeyPair {
    std::string certificate, key; // PEM
};

struct HostSettings {
    std::vector<std::string> mirrors = {}; // HOST[:PORT][/PATH], tried first
    std::optional<bool> http = {};         // plain HTTP; nothing: only for this machine
    bool insecure = false;                 // TLS without checking the certificate
    std::vector<std::string> authorities =
        {}; // certificates in PEM, trusted in addition to the system's
    std::vector<KeyPair> key_pairs = {};
};

struct Settings {
    std::map<std::string, HostSettings> hosts = {}; // by HOST[:PORT]; Docker Hub is docker.io
    std::string authorities = {};                   // certificates in PEM that all hosts trust
};

// Reads the files of a node (NodeRecord::files, by name: buildkitd.toml and the certificates that
// it names). Throws Error for a buildkitd.toml that cannot be read.
Settings read_settings(const std::map<std::string, std::string> &files);

} // namespace berth::registry
