// SPDX-License-Identifier: Apache-2.0
// moby.buildkit.secrets.v1.Secrets: build secrets, sent when a step requests them.
#pragma once

#include "berth/buildkit/message_stream.hpp"
#include "berth/util/secret.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <variant>

namespace berth::session {

inline constexpr std::size_t largest_secret = 500u << 10; // bytes, BuildKit's limit

struct SecretFile {
    std::filesystem::path path;
};
struct SecretValue {
    Secret value;
};
using SecretSource = std::variant<SecretFile, SecretValue>;

// Serves secrets by their ID. Files are read when BuildKit asks. Throws Error immediately for a
// missing file, and for a source that is too large. Messages never contain secrets.
void add_secrets(buildkit::Services &services, std::map<std::string, SecretSource> secrets);

} // namespace berth::session
