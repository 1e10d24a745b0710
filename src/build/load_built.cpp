#include "berth/build/load_built.hpp"

#include "berth/image/image_load.hpp"
#include "berth/image/platform_load.hpp"

namespace berth::build {

LoadBuilt load_built(const docker::Docker &docker, image::ImageStore &store,
                     const std::string &container, const RemoteReply &reply,
                     const std::vector<std::string> &tags, const std::vector<std::string> &bases,
                     progress::Display &display, const progress::Task::Clock &now,
                     std::string &warnings) {
    auto platforms = image::read_image_index(reply.image.manifest);
    if (!platforms.empty()) {
        if (platforms.size() > 1 && store.is_containerd_now())
            return LoadBuilt::whole_index;
        auto message =
            image::load_platforms(docker, store, container, platforms, tags, display, now);
        warnings += message.value_or("");
        return message ? LoadBuilt::loaded : LoadBuilt::layers_missing;
    }
    auto image = image::read_built_image(reply.image);
    if (!image)
        return LoadBuilt::whole_image;
    image->bases = bases;
    auto result = image::load_image(docker, store, container, *image, tags, display, now);
    return result == image::LoadResult::layers_missing ? LoadBuilt::layers_missing
                                                       : LoadBuilt::loaded;
}

} // namespace berth::build
