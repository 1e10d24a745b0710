// What OCI layouts and caches in folders, and the builder's documents, have in common: digests, and
// the index of a folder (https://github.com/opencontainers/image-spec/blob/main/image-layout.md).
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace berth::image {

// `sha256:` and 64 hex digits in lower case.
bool is_digest(std::string_view text);
// Those digits, the name of the blob's file. `digest` is one.
std::string hex_of(std::string_view digest);

// The index.json of `folder`, with an array `manifests`; null when the file is not there or empty.
// Throws Error that names the file when it is something else.
nlohmann::json read_oci_index(const std::filesystem::path &folder);

// Of a manifest in an index; empty when there is none.
std::string annotation(const nlohmann::json &manifest, const char *key);

inline constexpr const char *image_name_annotation = "io.containerd.image.name";
inline constexpr const char *reference_annotation = "org.opencontainers.image.ref.name";

} // namespace berth::image
