// SPDX-License-Identifier: Apache-2.0
#include "berth/image/tag.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::image {

namespace {

bool lower_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// Of a repository's name, without its registry.
constexpr std::size_t longest_path = 255;

// One part of a repository's path: lower-case letters and digits, joined by `.`, `_`, `__` or `-`s.
bool valid_component(std::string_view part) {
    if (part.empty() || !lower_or_digit(part.front()) || !lower_or_digit(part.back()))
        return false;
    for (std::size_t i = 0; i < part.size();) {
        if (lower_or_digit(part[i])) {
            ++i;
            continue;
        }
        auto end = i;
        while (end < part.size() && part[end] == part[i])
            ++end;
        auto run = end - i;
        bool good = part[i] == '-' || (part[i] == '.' && run == 1) || (part[i] == '_' && run <= 2);
        if (!good || (end < part.size() && !lower_or_digit(part[end])))
            return false;
        i = end;
    }
    return true;
}

bool valid_host(std::string_view host) {
    auto colon = host.rfind(':');
    if (colon != std::string_view::npos && !host.ends_with(']')) {
        auto port = host.substr(colon + 1);
        if (port.empty() || port.find_first_not_of("0123456789") != std::string_view::npos)
            return false;
        host = host.substr(0, colon);
    }
    if (host.starts_with('[') && host.ends_with(']'))
        return host.find_first_not_of("0123456789abcdefABCDEF:[]") == std::string_view::npos;
    for (const auto &label : split(host, '.'))
        if (label.empty() || label.front() == '-' || label.back() == '-')
            return false;
    return host.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                  ".-") == std::string_view::npos;
}

bool valid_tag_part(std::string_view tag) {
    if (tag.empty() || tag.size() > 128 || tag.front() == '.' || tag.front() == '-')
        return false;
    return tag.find_first_not_of(
               "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-") ==
           std::string_view::npos;
}

bool is_hex_digest(std::string_view text) {
    return text.size() == 64 &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Whether the first part of a reference is a registry, not a part of the repository's path.
bool is_host(std::string_view part) {
    return part.find_first_of(".:") != std::string_view::npos || part == "localhost" ||
           lower(part) != part;
}

// The grammar of https://pkg.go.dev/github.com/distribution/reference
std::string why_no_reference(std::string_view text) {
    constexpr const char *bad_format = "invalid reference format";
    auto rest = text;
    if (auto at = rest.find('@'); at != std::string_view::npos) {
        auto digest = rest.substr(at + 1);
        if (!digest.starts_with("sha256:") || !is_hex_digest(digest.substr(7)))
            return bad_format;
        rest = rest.substr(0, at);
    }
    if (is_hex_digest(rest))
        return "a repository name cannot be 64 hexadecimal digits, as an image ID is";
    auto host = rest.substr(0, rest.find('/'));
    bool official = host.size() == rest.size(); // its full name begins with library/
    if (!official && is_host(host)) {
        if (!valid_host(host))
            return bad_format;
        rest.remove_prefix(host.size() + 1);
    }
    if (auto colon = rest.rfind(':');
        colon != std::string_view::npos && rest.find('/', colon) == std::string_view::npos) {
        if (!valid_tag_part(rest.substr(colon + 1)))
            return bad_format;
        rest = rest.substr(0, colon);
    }
    if (lower(rest) != rest)
        return "repository name must be lowercase";
    for (const auto &part : split(rest, '/'))
        if (!valid_component(part))
            return bad_format;
    if (rest.size() + (official ? std::string_view("library/").size() : 0) > longest_path)
        return fmt::format("repository name must not be more than {} characters", longest_path);
    return {};
}

} // namespace

void check_tag(const std::string &tag) {
    if (auto why = why_no_reference(tag); !why.empty())
        throw usage_error(fmt::format("invalid tag \"{}\": {}", printable(tag), why),
                          "write [HOST[:PORT]/]NAME[:TAG] in lower case");
}

std::string context_name(const std::string &name) {
    if (auto why = why_no_reference(name); !why.empty())
        throw usage_error(fmt::format("invalid context name {}: {}", printable(name), why),
                          "write --build-context NAME=VALUE, NAME being a stage, or an image such "
                          "as alpine:3.22");
    auto familiar = familiar_tag(name);
    constexpr std::string_view latest = ":latest";
    if (familiar.ends_with(latest))
        familiar.resize(familiar.size() - latest.size());
    return familiar;
}

std::string familiar_tag(const std::string &tag) {
    std::string_view name = tag;
    for (std::string_view host : {"docker.io/", "index.docker.io/"})
        if (name.starts_with(host))
            name.remove_prefix(host.size());
    // Only official images: library/a/b does not exist.
    if (constexpr std::string_view official = "library/";
        name.starts_with(official) && name.find('/', official.size()) == std::string_view::npos)
        name.remove_prefix(official.size());
    auto slash = name.rfind('/');
    auto last = slash == std::string_view::npos ? 0 : slash + 1;
    std::string text(name);
    return name.find_first_of(":@", last) == std::string_view::npos ? text + ":latest" : text;
}

std::string full_tag(const std::string &tag) {
    auto name = familiar_tag(tag);
    auto slash = name.find('/');
    auto host = name.substr(0, slash);
    if (slash == std::string::npos)
        return "docker.io/library/" + name;
    return is_host(host) ? name : "docker.io/" + name;
}

} // namespace berth::image
