// SPDX-License-Identifier: Apache-2.0
// containerd.services.content.v1.Content: blobs of OCI layouts on the client, for contexts and
// caches of type=local.
#pragma once

#include "berth/buildkit/message_stream.hpp"

#include <filesystem>
#include <map>
#include <string>

namespace berth::session {

// An OCI image layout (https://github.com/opencontainers/image-spec/blob/main/image-layout.md); the
// caller handles its index.json.
struct ContentDirectory {
    std::filesystem::path path;
    bool writable = false; // created when the first blob arrives
};

// Serves directories by the ID in the header buildkit-attachable-store-id ("local:DIRECTORY" for a
// cache, "oci:NAME" for a context, as BuildKit's client names them). Blobs are known by their
// sha256 digests. A written blob gets its name once its digest is verified; nothing is deleted.
void add_content(buildkit::Services &services, std::map<std::string, ContentDirectory> directories);

} // namespace berth::session
