#include "berth/build/oci_layout.hpp"

#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace berth::build {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t index_limit = 16u << 20;

[[noreturn]] void fail(const std::string &text, const std::string &reason) {
    throw Error(
        fmt::format("failed to build: oci-layout reference \"oci-layout://{}\" could not be "
                    "resolved: {}",
                    printable(text), reason),
        ExitCode::failure, "write oci-layout://FOLDER[:TAG][@sha256:…]");
}

bool is_digest(const std::string &text) {
    return text.starts_with("sha256:") && text.size() == 71 &&
           text.find_first_not_of("0123456789abcdef", 7) == std::string::npos;
}

std::string annotation(const json &manifest, const char *key) {
    auto annotations = manifest.value("annotations", json::object());
    return annotations.is_object() ? annotations.value(key, "") : "";
}

std::string digest_of(const json &manifests, const std::string &tag) {
    for (const auto *key : {"io.containerd.image.name", "org.opencontainers.image.ref.name"})
        for (const auto &manifest : manifests)
            if (annotation(manifest, key) == tag)
                return manifest.value("digest", "");
    return manifests.size() == 1 ? manifests.front().value("digest", "") : "";
}

std::string find_digest(const std::string &text, const fs::path &folder, const std::string &tag) {
    auto content = read_file_if_exists(folder / "index.json", index_limit);
    if (!content)
        fail(text, fmt::format("there is no {}", printable((folder / "index.json").string())));
    try {
        return digest_of(json::parse(*content).at("manifests"), tag);
    } catch (const json::exception &) {
        fail(text,
             fmt::format("{} is no OCI image index", printable((folder / "index.json").string())));
    }
}

} // namespace

LocalContext read_oci_layout(const std::string &text) {
    auto at = std::min(text.find('@'), text.size());
    auto path = text.substr(0, at);
    auto colon = std::min(path.find(':'), path.size());
    auto tag = colon < path.size() ? path.substr(colon + 1) : "latest";
    path.resize(colon);
    std::error_code ignored;
    if (!fs::is_directory(path, ignored))
        fail(text, fmt::format("{} is no folder", printable(path)));
    LocalContext context;
    context.directory = fs::canonical(path);
    context.place = "layout " + context.directory.string();
    auto digest =
        at < text.size() ? text.substr(at + 1) : find_digest(text, context.directory, tag);
    if (!is_digest(digest))
        fail(text, digest.empty() ? fmt::format("there is no image {} in it", printable(tag))
                                  : fmt::format("{} is no digest", printable(digest)));
    context.layout = tag + "@" + digest;
    context.manifest = scan(context.directory, {});
    return context;
}

} // namespace berth::build
