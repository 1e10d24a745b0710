// SPDX-License-Identifier: Apache-2.0
#include "url.hpp"

#include <algorithm>

namespace berth::registry {

std::optional<Url> parse_url(std::string_view text) {
    Url url;
    for (std::string_view scheme : {"https", "http"})
        if (url.scheme.empty() && text.starts_with(scheme) &&
            text.substr(scheme.size()).starts_with("://"))
            url.scheme = scheme;
    if (url.scheme.empty() || std::any_of(text.begin(), text.end(), [](unsigned char c) {
            return c <= ' ' || c == 127 || c == '#';
        }))
        return std::nullopt;
    text.remove_prefix(url.scheme.size() + 3);
    auto end = std::min(text.find_first_of("/?"), text.size());
    url.host = text.substr(0, end);
    url.rest = text.substr(end);
    if (url.host.empty() || url.host.find_first_of("@\\") != std::string::npos)
        return std::nullopt;
    if (!url.rest.starts_with('/'))
        url.rest.insert(0, "/");
    return url;
}

std::optional<Url> resolve_url(const Url &base, std::string_view location) {
    if (location.starts_with("//"))
        return parse_url(base.scheme + ":" + std::string(location));
    if (location.starts_with('/'))
        return parse_url(base.origin() + std::string(location));
    return parse_url(location);
}

} // namespace berth::registry
