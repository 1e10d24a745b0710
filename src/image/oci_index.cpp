#include "berth/image/oci_index.hpp"

#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::image {

using nlohmann::json;

namespace {

constexpr std::string_view algorithm = "sha256:";
constexpr std::size_t index_limit = 16u << 20;

} // namespace

bool is_digest(std::string_view text) {
    return text.size() == algorithm.size() + 64 && text.starts_with(algorithm) &&
           text.find_first_not_of("0123456789abcdef", algorithm.size()) == std::string_view::npos;
}

std::string hex_of(std::string_view digest) {
    return std::string(digest.substr(algorithm.size()));
}

json read_oci_index(const std::filesystem::path &folder) {
    auto path = folder / "index.json";
    auto text = read_file_if_exists(path, index_limit);
    if (!text || trim(*text).empty())
        return nullptr;
    auto index = json::parse(*text, nullptr, false);
    auto manifests = index.is_object() ? index.value("manifests", json()) : json();
    bool good = manifests.is_array() &&
                std::all_of(manifests.begin(), manifests.end(),
                            [](const json &manifest) { return manifest.is_object(); });
    if (!good)
        throw Error(fmt::format("{} is no OCI image index", printable(path.string())));
    return index;
}

std::string annotation(const json &manifest, const char *key) {
    auto annotations = manifest.find("annotations");
    if (annotations == manifest.end() || !annotations->is_object())
        return {};
    auto found = annotations->find(key);
    return found != annotations->end() && found->is_string() ? found->get<std::string>() : "";
}

} // namespace berth::image
