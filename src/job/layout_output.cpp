// SPDX-License-Identifier: Apache-2.0
#include "berth/job/layout_output.hpp"

#include "berth/image/oci_index.hpp"
#include "berth/image/tag.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/json.hpp"
#include "berth/util/output_file.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <set>

namespace berth::job {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Response = std::map<std::string, std::string>;

constexpr const char *exporter_store = "export"; // BuildKit's OCI exporter asks for it

std::string value_of(const Response &response, const char *key) {
    auto found = response.find(key);
    return found == response.end() ? "" : found->second;
}

std::vector<image::OciName> names_of(const Output &output, const Response &response,
                                     std::vector<std::string> tags) {
    auto own = output.attribute("name");
    if (tags.empty() && own == "*") // the frontend's choice
        own = value_of(response, "image.name");
    if (tags.empty() && !own.empty())
        tags = split(own, ',');
    if (tags.empty())
        return {{"latest"}};
    std::vector<image::OciName> names;
    names.reserve(tags.size());
    for (const auto &tag : tags)
        names.push_back({.value = image::full_tag(tag), .is_image = true});
    return names;
}

bool is_image_type(const std::string &type) {
    return type == "application/vnd.oci.image.manifest.v1+json" ||
           type == "application/vnd.oci.image.index.v1+json" ||
           type == "application/vnd.docker.distribution.manifest.v2+json" ||
           type == "application/vnd.docker.distribution.manifest.list.v2+json";
}

// The descriptor of the one image in the directory that is neither in its index nor a part of
// another; null without one, or with several.
json find_new_image(const fs::path &directory) {
    constexpr std::uintmax_t largest = 4u << 20;
    std::map<std::string, json> images;
    std::set<std::string> others;
    auto index = image::read_oci_index(directory);
    if (index.is_object())
        for (const auto &manifest : index["manifests"])
            others.insert(image::descriptor_digest(manifest));
    std::error_code missing;
    for (const auto &blob : fs::directory_iterator(directory / "blobs" / "sha256", missing)) {
        if (!blob.is_regular_file(missing) || blob.file_size(missing) > largest)
            continue;
        auto text = read_file(blob.path());
        auto document = read_json(text);
        auto type = document.is_object() ? document.value("mediaType", json("")) : json("");
        if (!type.is_string() || !is_image_type(type))
            continue;
        auto digest = "sha256:" + blob.path().filename().string();
        images[digest] = {{"mediaType", type}, {"digest", digest}, {"size", text.size()}};
        if (auto parts = document.find("manifests"); parts != document.end() && parts->is_array())
            for (const auto &part : *parts)
                others.insert(image::descriptor_digest(part));
    }
    for (const auto &other : others)
        images.erase(other);
    return images.size() == 1 ? images.begin()->second : json();
}

} // namespace

std::map<std::string, session::ContentDirectory> layout_stores(const std::vector<Output> &outputs) {
    std::map<std::string, session::ContentDirectory> stores;
    for (const auto &output : outputs) {
        if (!output.as_layout_directory())
            continue;
        check_output_directory(output.destination);
        session::ContentDirectory directory{.path = output.destination, .writable = true};
        if (!stores.emplace(exporter_store, std::move(directory)).second)
            throw usage_error("only one output can be a layout in a directory (tar=false)",
                              "write the other one as an archive, type=oci,dest=FILE");
    }
    return stores;
}

void finish_layout(const Output &output, const Response &response,
                   const std::vector<std::string> &tags) {
    auto encoded = value_of(response, "containerimage.descriptor");
    if (encoded.empty())
        return;
    auto descriptor = read_json(base64_decode(encoded).value_or(""));
    auto digest = descriptor.is_object() ? image::descriptor_digest(descriptor) : "";
    fs::path directory = output.destination;
    // BuildKit describes the image of only one output, and its digest in another form differs.
    if (!image::has_blob(directory, digest))
        descriptor = find_new_image(directory);
    if (descriptor.is_null())
        throw Error(fmt::format("the build succeeded, but its image {} is not in {}",
                                printable(digest), printable(output.destination)),
                    ExitCode::failure, "build again with only this output");
    image::put_in_oci_index(directory, descriptor, names_of(output, response, tags));
}

} // namespace berth::job
