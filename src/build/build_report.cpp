#include "berth/build/build_report.hpp"

#include "berth/image/tag.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace berth::build {

using nlohmann::json;

void save_ref(const store::Store &store, const BuildName &name) {
    if (!name.ref.empty())
        store.save_ref(name.builder, name.node, name.ref, name.context, name.dockerfile);
}

json build_metadata(const std::string &buildctl_metadata, const BuildName &name,
                    const std::vector<progress::VertexWarning> &warnings,
                    const Environment &environment) {
    json metadata = json::object();
    if (!buildctl_metadata.empty())
        metadata = json::parse(buildctl_metadata, nullptr, false);
    if (!metadata.is_object())
        throw Error("the build worked, but its metadata is no JSON object");
    if (!name.ref.empty())
        metadata["buildx.build.ref"] = fmt::format("{}/{}/{}", name.builder, name.node, name.ref);
    if (environment.flag("BUILDX_METADATA_WARNINGS") && !warnings.empty())
        for (const auto &warning : warnings)
            metadata["buildx.build.warnings"].push_back(
                json::parse(progress::format_warning(warning)));
    return metadata;
}

void name_as_loaded(json &metadata, const Output &output, const std::vector<std::string> &tags) {
    if (!output.to_engine())
        return;
    if (output.as_layout || output.for_containerd)
        metadata.erase("containerimage.config.digest");
    std::vector<std::string> names;
    std::transform(tags.begin(), tags.end(), std::back_inserter(names), image::full_tag);
    if (!names.empty())
        metadata["image.name"] = join(names, ",");
}

std::string image_id(const json &metadata) {
    for (const auto *key : {"containerimage.config.digest", "containerimage.digest"})
        if (auto found = metadata.find(key); found != metadata.end() && found->is_string())
            return found->get<std::string>();
    return {};
}

} // namespace berth::build
