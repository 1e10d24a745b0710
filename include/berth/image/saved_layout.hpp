// SPDX-License-Identifier: Apache-2.0
// An archive that `docker save` writes, as an OCI layout.
#pragma once

#include "berth/util/tar_reader.hpp"

#include <filesystem>
#include <string>

namespace berth::image {

// Writes the blobs of the archive's image below DIRECTORY/blobs/sha256 and returns the digest of
// its manifest or index. Docker 25 and later put an OCI layout into the archive; for the older form
// (manifest.json and uncompressed layers, https://github.com/moby/docker-image-spec) it creates a
// manifest. The archive may be hostile: only blobs are written, named by their digests. Throws
// Error.
std::string write_saved_layout(const TarReader::Source &archive,
                               const std::filesystem::path &directory);

} // namespace berth::image
