// SPDX-License-Identifier: Apache-2.0
// The subset of URLs that registries need.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace berth::registry {

struct Url {
    std::string scheme, host; // http or https; HOST[:PORT]
    std::string rest;         // path and query, begins with `/`

    std::string origin() const { return scheme + "://" + host; }
    std::string text() const { return origin() + rest; }
};

// Nothing if the text is not an http or https URL, or contains a user name or invalid characters.
std::optional<Url> parse_url(std::string_view text);
// Resolves the Location of a response to `base`: an absolute URL, or a path on the same host.
std::optional<Url> resolve_url(const Url &base, std::string_view location);

} // namespace berth::registry
