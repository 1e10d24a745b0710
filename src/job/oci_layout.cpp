// SPDX-License-Identifier: Apache-2.0
#include "berth/job/oci_layout.hpp"

#include "berth/image/oci_index.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace berth::job {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

[[noreturn]] void fail(const std::string &text, const std::string &reason) {
    throw Error(
        fmt::format("failed to build: oci-layout reference \"oci-layout://{}\" could not be "
                    "resolved: {}",
                    printable(text), reason),
        ExitCode::failure, "write oci-layout://DIRECTORY[:TAG][@sha256:…]");
}

// As in a reference of an image.
bool is_tag(std::string_view text) {
    constexpr std::size_t longest = 128;
    return !text.empty() && text.size() <= longest && text.front() != '.' && text.front() != '-' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' ||
                      c == '-';
           });
}

// ALGORITHM:HEX, of any length.
bool looks_like_digest(std::string_view text) {
    auto colon = text.find(':');
    return colon != std::string_view::npos && colon > 0 && text.find('/') == text.npos &&
           text.find_first_not_of("0123456789abcdefABCDEF", colon + 1) == text.npos;
}

std::string find_digest(const std::string &text, const fs::path &folder, const std::string &tag) {
    json index;
    try {
        index = image::read_oci_index(folder);
    } catch (const Error &error) {
        fail(text, error.what());
    }
    if (index.is_null())
        fail(text, fmt::format("{} does not exist", printable((folder / "index.json").string())));
    auto digest = image::find_in_oci_index(index, tag);
    const auto &manifests = index["manifests"];
    return digest.empty() && manifests.size() == 1 ? image::descriptor_digest(manifests.front())
                                                   : digest;
}

std::string store_name(const OciLayout &layout) {
    constexpr std::size_t digits = 24;
    return "layout-" + sha256_hex(layout.directory.native()).substr(0, digits);
}

} // namespace

OciLayout find_oci_layout(const std::string &text) {
    OciLayout layout;
    auto path = text;
    if (auto at = path.rfind('@'); at != path.npos && looks_like_digest(path.substr(at + 1))) {
        layout.digest = path.substr(at + 1);
        path.resize(at);
    }
    if (auto colon = path.rfind(':'); colon != path.npos && is_tag(path.substr(colon + 1))) {
        layout.tag = path.substr(colon + 1);
        path.resize(colon);
    }
    std::error_code missing;
    layout.directory = fs::canonical(path, missing);
    if (missing || !fs::is_directory(layout.directory, missing))
        fail(text, fmt::format("{} is not a directory", printable(path)));
    if (layout.digest.empty()) {
        if (layout.tag.empty())
            layout.tag = "latest";
        layout.digest = find_digest(text, layout.directory, layout.tag);
    }
    if (layout.digest.empty())
        fail(text, fmt::format("it has no image {}", printable(layout.tag)));
    if (!image::is_digest(layout.digest))
        fail(text, fmt::format("{} is not a digest", printable(layout.digest)));
    return layout;
}

std::string OciLayout::attribute() const {
    return fmt::format("oci-layout://{}{}{}@{}", store_name(*this), tag.empty() ? "" : ":", tag,
                       digest);
}

std::map<std::string, session::ContentDirectory> OciLayout::stores() const {
    return {{"oci:" + store_name(*this), {.path = directory}}};
}

context::LocalContext read_oci_layout(const std::string &text) {
    auto layout = find_oci_layout(text);
    context::LocalContext context;
    context.directory = layout.directory;
    context.place = "layout " + context.directory.string();
    context.layout = (layout.tag.empty() ? "latest" : layout.tag) + "@" + layout.digest;
    return context;
}

} // namespace berth::job
