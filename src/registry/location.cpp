// SPDX-License-Identifier: Apache-2.0
#include "berth/registry/location.hpp"

#include "berth/image/oci_index.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::registry {

namespace {

constexpr std::string_view layout_prefix = "oci-layout://";

bool is_tag(std::string_view text) {
    static constexpr std::string_view letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    return !text.empty() && text.size() <= 128 && text.front() != '.' && text.front() != '-' &&
           text.find_first_not_of(letters) == std::string_view::npos;
}

Location parse_layout(std::string path) {
    Location location{.is_layout = true};
    if (auto at = path.rfind('@');
        at != std::string::npos && image::is_digest(std::string_view(path).substr(at + 1))) {
        location.digest = path.substr(at + 1);
        path.resize(at);
    }
    if (auto colon = path.rfind(':');
        colon != std::string::npos && is_tag(std::string_view(path).substr(colon + 1))) {
        location.tag = path.substr(colon + 1);
        path.resize(colon);
    }
    if (location.tag.empty() && location.digest.empty())
        location.tag = "latest";
    if (path.empty())
        throw usage_error("oci-layout:// names no directory",
                          "write oci-layout://DIRECTORY[:TAG][@DIGEST]");
    location.directory = std::move(path);
    return location;
}

} // namespace

std::string Location::text() const {
    if (!is_layout)
        return reference.text();
    return std::string(layout_prefix) + directory + (tag.empty() ? "" : ":" + tag) +
           (digest.empty() ? "" : "@" + digest);
}

std::string Location::name() const {
    return is_layout ? directory : reference.name();
}

Location Location::with_digest(const std::string &of) const {
    auto location = *this;
    if (is_layout) {
        location.tag.clear();
        location.digest = of;
    } else {
        location.reference = reference.with_digest(of);
    }
    return location;
}

Location Location::with_tag_alone() const {
    auto location = *this;
    if (is_layout) {
        location.digest.clear();
        location.tag = tag.empty() ? "latest" : tag;
    } else {
        location.reference.digest.clear();
        location.reference.tag = "latest";
    }
    return location;
}

Location parse_location(const std::string &text) {
    if (text.starts_with(layout_prefix))
        return parse_layout(text.substr(layout_prefix.size()));
    return {.reference = parse_reference(text)};
}

} // namespace berth::registry
