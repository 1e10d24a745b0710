// SPDX-License-Identifier: Apache-2.0
// Documents of images: descriptors, manifests, indexes
// (https://github.com/opencontainers/image-spec).
#pragma once

#include "berth/store/builder_record.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::registry {

namespace media {
inline constexpr const char *docker_manifest =
    "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr const char *docker_list =
    "application/vnd.docker.distribution.manifest.list.v2+json";
inline constexpr const char *docker_schema1 =
    "application/vnd.docker.distribution.manifest.v1+prettyjws";
inline constexpr const char *oci_manifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr const char *oci_index = "application/vnd.oci.image.index.v1+json";
} // namespace media

bool is_manifest(const std::string &media_type);
bool is_index(const std::string &media_type);

inline constexpr std::size_t manifest_limit = 4u << 20;  // bytes, like containerd
inline constexpr std::size_t document_limit = 64u << 20; // of configurations and attestations

struct Descriptor {
    std::string media_type, digest;
    std::int64_t size = 0; // bytes
    std::vector<std::string> urls = {};
    std::map<std::string, std::string> annotations = {};
    std::string data = {}; // base64
    std::optional<store::Platform> platform = {};
    std::string artifact_type = {};

    // Empty if the key is missing.
    std::string annotation(const std::string &key) const;
};

// Throws Error that names `what` for a document of another form. It only checks that the digest is
// text.
Descriptor parse_descriptor(const nlohmann::json &json, const std::string &what);
// In the order and with the omissions of Go's encoding/json.
nlohmann::ordered_json descriptor_json(const Descriptor &descriptor);

// A document and its descriptor.
struct Document {
    Descriptor descriptor;
    std::string bytes;
};

// With its digest and size.
Document make_document(const std::string &media_type, std::string bytes);

// Parses JSON that came from outside; throws Error that names `what`.
nlohmann::json parse_document(const std::string &bytes, const std::string &what);
// The entries of `key` ("manifests" of an index, "layers" of a manifest).
std::vector<Descriptor> descriptors_in(const nlohmann::json &document, const char *key,
                                       const std::string &what);
// The children of a manifest (configuration and layers) or an index (manifests).
std::vector<Descriptor> children(const Document &document);

// Throws Error if the bytes do not match the descriptor.
void check_document(const Descriptor &descriptor, const std::string &bytes);

// os/architecture/variant, as in docker buildx; "unknown" without an os.
std::string platform_text(const store::Platform &platform);

} // namespace berth::registry
