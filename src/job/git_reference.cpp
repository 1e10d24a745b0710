// SPDX-License-Identifier: Apache-2.0
#include "berth/job/git_reference.hpp"

#include "berth/util/error.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/url_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace berth::job {

namespace {

// An address in its parts. `query` and `fragment` are without `?` and `#`.
struct Parts {
    std::string scheme = {}, user = {}, host = {}, path = {}, query = {}, fragment = {};
    bool scp_style = false; // git@HOST:PATH
};

std::optional<Parts> read_scp_style(const std::string &place) {
    auto at = place.find('@'), colon = place.find(':', at == std::string::npos ? 0 : at);
    if (at == std::string::npos || at == 0 || colon == std::string::npos)
        return {};
    return Parts{.scheme = "ssh",
                 .user = place.substr(0, at + 1),
                 .host = place.substr(at + 1, colon - at - 1),
                 .path = place.substr(colon + 1),
                 .scp_style = true};
}

std::optional<Parts> read_place(const std::string &place) {
    if (place.starts_with("./") || place.starts_with("../"))
        return {};
    if (place.starts_with("github.com/"))
        return Parts{.scheme = "https", .host = "github.com", .path = place.substr(10)};
    auto scheme = place.find("://");
    if (scheme == std::string::npos)
        return read_scp_style(place);
    Parts parts{.scheme = lower(place.substr(0, scheme))};
    auto begin = scheme + 3, slash = std::min(place.find('/', begin), place.size());
    parts.host = place.substr(begin, slash - begin);
    parts.path = place.substr(slash);
    if (auto at = parts.host.rfind('@'); at != std::string::npos) {
        parts.user = parts.host.substr(0, at + 1);
        parts.host.erase(0, at + 1);
    }
    bool web = parts.scheme == "http" || parts.scheme == "https";
    if (web ? !parts.path.ends_with(".git") : parts.scheme != "ssh" && parts.scheme != "git")
        return {};
    return parts;
}

std::optional<Parts> read_parts(const std::string &address) {
    auto hash = std::min(address.find('#'), address.size());
    auto question = std::min(address.find('?'), hash);
    auto parts = read_place(address.substr(0, question));
    if (!parts || parts->host.empty())
        return {};
    if (question < hash)
        parts->query = address.substr(question + 1, hash - question - 1);
    if (hash < address.size())
        parts->fragment = address.substr(hash + 1);
    return parts;
}

// Without a leading slash and `..`.
std::string clean_directory(const std::string &path) {
    return clean_path("/" + path).substr(1);
}

std::string with_prefix(const std::string &prefix, const std::string &text) {
    return text.starts_with(prefix) ? text : prefix + text;
}

void set_once(std::string &field, const char *name, const std::string &value) {
    if (!field.empty() && field != value)
        throw Error(fmt::format("{} conflicts: \"{}\" vs \"{}\"", name, printable(field),
                                printable(value)));
    field = value;
}

bool read_switch(const std::string &key, const std::string &value) {
    auto on = value.empty() ? true : parse_bool(value);
    if (!on)
        throw Error(fmt::format("invalid {} value: \"{}\"", key, printable(value)));
    return *on;
}

void read_switches(GitReference &reference, const std::string &key, const std::string &value) {
    if (key == "keep-git-dir")
        reference.keep_git_directory = read_switch(key, value);
    else if (key == "submodules")
        reference.skip_submodules = !read_switch(key, value);
    else if (key == "fetch-by-commit")
        reference.fetch_by_commit = read_switch(key, value);
    else
        throw Error(fmt::format("unexpected query \"{}\"", printable(key)));
}

void read_field(GitReference &reference, const std::string &key, const std::string &value) {
    bool is_switch = key == "keep-git-dir" || key == "submodules" || key == "fetch-by-commit";
    if (value.empty() && !is_switch)
        throw Error(fmt::format("query \"{}\" has no value", printable(key)));
    if (key == "ref")
        set_once(reference.ref, "ref", value);
    else if (key == "tag")
        set_once(reference.ref, "ref", with_prefix("refs/tags/", value));
    else if (key == "branch")
        set_once(reference.ref, "ref", with_prefix("refs/heads/", value));
    else if (key == "subdir")
        set_once(reference.directory, "subdir", value);
    else if (key == "checksum" || key == "commit")
        reference.checksum = value;
    else if (key == "mtime" && value != "checkout" && value != "commit")
        throw Error(fmt::format("invalid mtime value: \"{}\" (must be \"checkout\" or \"commit\")",
                                printable(value)));
    else if (key == "mtime")
        reference.file_times = value;
    else
        read_switches(reference, key, value);
}

void read_query(GitReference &reference, const std::string &query) {
    std::vector<std::string> seen;
    for (const auto &field : split(query, '&')) {
        if (field.empty())
            continue;
        auto equals = std::min(field.find('='), field.size());
        auto key = query_unescape(field.substr(0, equals));
        auto value = equals < field.size() ? query_unescape(field.substr(equals + 1)) : "";
        if (!key || !value)
            throw Error(fmt::format("invalid URL escape in query \"{}\"", printable(field)));
        if (std::find(seen.begin(), seen.end(), *key) != seen.end())
            throw Error(fmt::format("query \"{}\" has multiple values", printable(*key)));
        seen.push_back(*key);
        read_field(reference, *key, *value);
    }
}

// The query with another directory; nothing when it names none.
std::optional<std::string> with_subdir(const std::string &query, const std::string &path) {
    auto fields = split(query, '&');
    for (auto &field : fields)
        if (field.starts_with("subdir=")) {
            field = "subdir=" + query_escape(path);
            return join(fields, "&");
        }
    return {};
}

} // namespace

std::optional<GitReference> read_git_reference(const std::string &address) {
    auto parts = read_parts(address);
    if (!parts)
        return {};
    GitReference reference{
        .host = parts->host, .path = clean_path("/" + parts->path), .ssh = parts->scheme == "ssh"};
    reference.remote = parts->scp_style
                           ? parts->user + parts->host + ":" + parts->path
                           : parts->scheme + "://" + parts->user + parts->host + parts->path;
    auto colon = parts->fragment.find(':');
    reference.ref = parts->fragment.substr(0, colon);
    if (colon != std::string::npos)
        reference.directory = clean_directory(parts->fragment.substr(colon + 1));
    read_query(reference, parts->query);
    return reference;
}

std::string address_within(const std::string &address, const std::string &directory) {
    auto reference = read_git_reference(address);
    auto below = clean_path(directory);
    if (!reference || below == ".")
        return address;
    if (!reference->directory.empty())
        below = clean_path(reference->directory + "/" + below);
    auto hash = std::min(address.find('#'), address.size());
    auto base = address.substr(0, hash), fragment = address.substr(hash);
    if (auto query = with_subdir(read_parts(address)->query, below); query && fragment.empty())
        return base.substr(0, base.find('?') + 1) + *query;
    auto ref = fragment.empty() ? "#" : fragment.substr(0, fragment.find(':'));
    return base + ref + ":" + below;
}

} // namespace berth::job
