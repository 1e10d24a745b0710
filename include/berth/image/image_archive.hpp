// SPDX-License-Identifier: Apache-2.0
// The archive for `docker load`: the parts of an image that the engine lacks. One layout for both
// image stores: the classic one reads manifest.json, containerd's index.json
// (https://github.com/opencontainers/image-spec, image-layout).
#pragma once

#include "berth/image/blob_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace berth::image {

// JSON documents of the build's image in the builder.
struct ImageDocuments {
    std::string manifest_digest, manifest_type; // "sha256:…", and the media type
    std::string manifest;
    std::string config;
};

struct BuiltLayer {
    std::string digest; // of the blob in the builder, "sha256:…"
    std::string diff_id;
    std::int64_t size = 0; // of the blob
};

struct BuiltImage {
    std::string config_digest, manifest_digest;
    std::string media_type = {};            // of the manifest
    std::string manifest = {}, config = {}; // the documents
    std::string architecture = {};          // in Go's words
    std::vector<BuiltLayer> layers;
    std::vector<std::string> bases = {}; // references of possible base images
};

// Throws Error for malformed JSON and inconsistent documents.
BuiltImage read_built_image(const ImageDocuments &documents);

// The content of an archive of the image; layers before `first_layer` are named but omitted.
struct ImageArchive {
    const BuiltImage &image;
    const std::vector<std::string> &tags;
    std::size_t first_layer = 0;

    // The layers in it, without duplicates.
    std::vector<BuiltLayer> sent_layers() const;
    // Bytes of the layers in it.
    std::int64_t size() const;
    std::string index_json() const, manifest_json() const;
};

// The archive as a stream: fills the buffer and returns the number of bytes, 0 at the end. Throws
// Error when a blob is shorter or longer than the manifest says. `archive` and `blobs` must outlive
// it.
std::function<std::size_t(char *buffer, std::size_t size)>
archive_stream(const ImageArchive &archive, BlobReader &blobs);

} // namespace berth::image
