// SPDX-License-Identifier: Apache-2.0
#include "berth/job/build_report.hpp"

#include "berth/image/tag.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>

namespace berth::job {

using nlohmann::json;

std::string noted_dockerfile(const std::string &file, const context::LocalContext &context) {
    bool as_given = file.empty() || file == "-" || context::is_remote_dockerfile(file) ||
                    context.kind != context::LocalContext::Kind::directory;
    return as_given ? file : std::filesystem::absolute(file).lexically_normal().string();
}

void save_ref(const store::Store &store, const BuildName &name) {
    if (!name.ref.empty())
        store.save_ref(name.builder, name.node, name.ref,
                       {.target = name.target,
                        .local_path = name.context,
                        .dockerfile_path = name.dockerfile,
                        .group = name.group});
}

json read_metadata(const std::map<std::string, std::string> &response) {
    json metadata = json::object();
    for (const auto &[key, value] : response) {
        auto decoded = base64_decode(value);
        auto document = decoded ? read_json(*decoded) : json();
        bool objects = document.is_object() ||
                       (document.is_array() && !document.empty() && document.front().is_object());
        if (objects && !document.empty())
            metadata[key] = std::move(document);
        else
            metadata[key] = value;
    }
    return metadata;
}

void add_warnings(json &metadata, const std::vector<progress::VertexWarning> &warnings,
                  const Environment &environment) {
    if (!environment.flag("BUILDX_METADATA_WARNINGS"))
        return;
    std::set<std::string> seen; // warnings common to several builds, once
    for (const auto &warning : warnings) {
        auto anywhere = warning;
        anywhere.vertex.clear();
        if (seen.insert(progress::format_warning(anywhere)).second)
            metadata["buildx.build.warnings"].push_back(
                read_json(progress::format_warning(warning)));
    }
}

void complete_metadata(json &metadata, const BuildName &name,
                       const std::vector<progress::VertexWarning> &warnings,
                       const Environment &environment) {
    if (!name.ref.empty())
        metadata["buildx.build.ref"] = fmt::format("{}/{}/{}", name.builder, name.node, name.ref);
    add_warnings(metadata, warnings, environment);
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

} // namespace berth::job
