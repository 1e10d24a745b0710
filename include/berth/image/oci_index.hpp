// SPDX-License-Identifier: Apache-2.0
// Common parts of OCI layouts, caches in directories, and the builder's documents: digests, and the
// index of a directory (https://github.com/opencontainers/image-spec/blob/main/image-layout.md).
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace berth::image {

// `sha256:` and 64 hex digits in lower case.
bool is_digest(std::string_view text);
// Those digits, the name of the blob's file. `digest` is one.
std::string hex_of(std::string_view digest);

// Whether the layout has that blob. False for an invalid digest.
bool has_blob(const std::filesystem::path &directory, std::string_view digest);

// The index.json of a directory, with an array `manifests`; null if the file is missing or empty.
// Throws Error that names the file if it is something else.
nlohmann::json read_oci_index(const std::filesystem::path &directory);

// Of a manifest in an index; empty if missing.
std::string annotation(const nlohmann::json &manifest, const char *key);

// Of a descriptor; empty if missing.
std::string descriptor_digest(const nlohmann::json &descriptor);

// The entry of an index with this image name, else with this tag. Null if missing.
const nlohmann::json *find_entry_of_oci_index(const nlohmann::json &index, const std::string &name);

// The digest of that entry's manifest. Empty if missing.
std::string find_in_oci_index(const nlohmann::json &index, const std::string &name);

// Names of a manifest in an index: a tag, or the full name of an image with its tag.
struct OciName {
    std::string value;
    bool is_image = false;
};

// Makes `directory` an OCI layout that has the manifest `descriptor` (an OCI descriptor) under each
// of the names, or without one: writes oci-layout, and index.json at once. Other entries stay.
// Waits for other processes that do the same, including docker buildx. Throws Error that names the
// file.
void put_in_oci_index(const std::filesystem::path &directory, const nlohmann::json &descriptor,
                      const std::vector<OciName> &names);

inline constexpr const char *image_name_annotation = "io.containerd.image.name";
inline constexpr const char *reference_annotation = "org.opencontainers.image.ref.name";

} // namespace berth::image
