#include "berth/build/oci_layout.hpp"

#include "berth/image/oci_index.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace berth::build {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

[[noreturn]] void fail(const std::string &text, const std::string &reason) {
    throw Error(
        fmt::format("failed to build: oci-layout reference \"oci-layout://{}\" could not be "
                    "resolved: {}",
                    printable(text), reason),
        ExitCode::failure, "write oci-layout://FOLDER[:TAG][@sha256:…]");
}

std::string said_digest(const json &manifest) {
    auto digest = manifest.find("digest");
    return digest != manifest.end() && digest->is_string() ? digest->get<std::string>() : "";
}

std::string digest_of(const json &manifests, const std::string &tag) {
    for (const auto *key : {image::image_name_annotation, image::reference_annotation})
        for (const auto &manifest : manifests)
            if (image::annotation(manifest, key) == tag)
                return said_digest(manifest);
    return manifests.size() == 1 ? said_digest(manifests.front()) : "";
}

std::string find_digest(const std::string &text, const fs::path &folder, const std::string &tag) {
    json index;
    try {
        index = image::read_oci_index(folder);
    } catch (const Error &error) {
        fail(text, error.what());
    }
    if (index.is_null())
        fail(text, fmt::format("there is no {}", printable((folder / "index.json").string())));
    return digest_of(index["manifests"], tag);
}

} // namespace

context::LocalContext read_oci_layout(const std::string &text) {
    auto at = std::min(text.find('@'), text.size());
    auto path = text.substr(0, at);
    auto colon = std::min(path.find(':'), path.size());
    auto tag = colon < path.size() ? path.substr(colon + 1) : "latest";
    path.resize(colon);
    std::error_code ignored;
    if (!fs::is_directory(path, ignored))
        fail(text, fmt::format("{} is no folder", printable(path)));
    context::LocalContext context;
    context.directory = fs::canonical(path);
    context.place = "layout " + context.directory.string();
    auto digest =
        at < text.size() ? text.substr(at + 1) : find_digest(text, context.directory, tag);
    if (!image::is_digest(digest))
        fail(text, digest.empty() ? fmt::format("there is no image {} in it", printable(tag))
                                  : fmt::format("{} is no digest", printable(digest)));
    context.layout = tag + "@" + digest;
    return context;
}

} // namespace berth::build
