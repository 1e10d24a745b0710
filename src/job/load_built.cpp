// SPDX-License-Identifier: Apache-2.0
#include "berth/job/load_built.hpp"

#include "berth/image/image_load.hpp"
#include "berth/image/oci_index.hpp"
#include "berth/image/platform_load.hpp"
#include "berth/util/error.hpp"
#include "berth/util/json.hpp"

namespace berth::job {

LoadBuilt load_built(const docker::Docker &docker, image::ImageStore &store,
                     image::BlobReader &blobs, const nlohmann::json &metadata,
                     const std::vector<std::string> &tags, const std::vector<std::string> &bases,
                     image::EarlyLook *early, progress::Display &display,
                     const progress::Task::Clock &now, std::string &warnings) {
    auto digest = text_at(metadata, "containerimage.digest");
    if (!image::is_digest(digest))
        throw Error("the build succeeded, but the builder did not return an image digest");
    auto platforms = image::read_image_index(blobs.document(digest));
    if (!platforms.empty()) {
        if (platforms.size() > 1 && store.is_containerd_now())
            return LoadBuilt::whole_index;
        auto message = image::load_platforms(docker, store, blobs, platforms, tags, display, now);
        warnings += message.value_or("");
        return message ? LoadBuilt::loaded : LoadBuilt::layers_missing;
    }
    auto descriptor = metadata.value("containerimage.descriptor", nlohmann::json::object());
    auto image = image::read_built_image(blobs, digest, text_at(descriptor, "mediaType"));
    image.bases = bases;
    auto result = image::load_image(docker, store, blobs, image, tags, early, display, now);
    return result == image::LoadResult::layers_missing ? LoadBuilt::layers_missing
                                                       : LoadBuilt::loaded;
}

} // namespace berth::job
