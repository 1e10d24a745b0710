// Images in an OCI layout (https://github.com/opencontainers/image-spec/blob/main/image-layout.md).
#pragma once

#include "berth/registry/descriptor.hpp"
#include "berth/registry/location.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace berth::registry {

std::filesystem::path blob_path(const std::string &directory, const std::string &digest);

// Throws Error: no such layout, tag or blob, or a blob with another digest.
Document read_layout_manifest(const Location &location);
std::string read_layout_document(const std::string &directory, const Descriptor &descriptor);

// The manifests that name `digest` as their subject, in the index or below it.
std::vector<Descriptor> read_layout_referrers(const std::string &directory,
                                              const std::string &digest);

} // namespace berth::registry
