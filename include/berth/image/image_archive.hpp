// The archive that `docker load` is given: of an image's parts those that the engine lacks, made
// inside the builder from its content store. One layout for both image stores: the classic one
// reads manifest.json, containerd's index.json (https://github.com/opencontainers/image-spec,
// image-layout).
#pragma once

#include "berth/docker/docker.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace berth::image {

// Where archives are made in the builder while they are loaded.
inline constexpr const char *loads_directory = "/var/lib/buildkit/berth/loads";

// What a build left in the builder: one JSON document each, empty when there is none.
struct ImageDocuments {
    std::string metadata; // of the build; it names the other two by their digests
    std::string manifest; // or an index of several
    std::string config;
};

struct BuiltLayer {
    std::string digest; // of the blob in the builder, "sha256:…"
    std::string diff_id;
    std::int64_t size = 0; // of the blob
};

struct BuiltImage {
    std::string config_digest, manifest_digest;
    std::string media_type = {};    // of the manifest
    std::int64_t manifest_size = 0; // bytes
    std::vector<BuiltLayer> layers;
    std::vector<std::string> bases = {}; // references of images that it may be built on
};

// Nothing when the builder said nothing usable (an index, another worker): then the image has to be
// exported whole. Wrong JSON is an Error.
std::optional<BuiltImage> read_built_image(const ImageDocuments &documents);

// What an archive of the image holds; layers before `first_layer` are named and left out.
struct ImageArchive {
    const BuiltImage &image;
    const std::vector<std::string> &tags;
    std::size_t first_layer = 0;

    // Bytes of the layers in it.
    std::int64_t size() const;
    std::string index_json() const, manifest_json() const;
    // Names of the blobs in it: 64 hex digits each.
    std::vector<std::string> blobs() const;
};

enum class ArchiveWay {
    // `docker exec` writes it to its output.
    stream,
    // `docker exec` lays it out in a folder and holds it until its input ends; `docker cp` reads
    // the
    // folder. One more command, but the engine itself reads the files, which costs it half the
    // time.
    hold,
};

// The command line inside the builder. `folder`: made and removed again; on the state volume.
std::vector<std::string> archive_command(const ImageArchive &archive, ArchiveWay way,
                                         const std::string &folder);

// The exit code of archive_command() when the builder does not hold a blob of it.
inline constexpr int archive_lacks_blob = 93;

// `docker load` of it, by the way that is quicker for its size. `on_bytes`: how many went over so
// far. The outcome of the writer may be that of either of its commands.
process::Runner::PipeOutcome send_archive(const docker::Docker &docker,
                                          const std::string &container, const ImageArchive &archive,
                                          const std::function<void(std::size_t)> &on_bytes);

} // namespace berth::image
