// SPDX-License-Identifier: Apache-2.0
#include "endpoint.hpp"

#include "berth/util/loopback.hpp"
#include "berth/util/url_text.hpp"

#include "curl.hpp"
#include "url.hpp"

#include <fmt/format.h>

namespace berth::registry {

namespace {

constexpr const char *hub = "docker.io", *hub_host = "registry-1.docker.io";

// A host may be tried in two ways: over plain HTTP, then with TLS unchecked.
void add_host(std::vector<Endpoint> &found, Endpoint endpoint, const HostSettings &settings) {
    auto secure = endpoint;
    if (settings.http.value_or(is_loopback(endpoint.host))) {
        endpoint.scheme = "http";
        found.push_back(std::move(endpoint));
        if (!settings.insecure)
            return;
    }
    secure.scheme = "https";
    found.push_back(std::move(secure));
}

} // namespace

std::string Endpoint::url(const std::string &rest) const {
    auto text = scheme + "://" + host + path + rest;
    if (!domain.empty())
        text += (rest.find('?') == std::string::npos ? "?ns=" : "&ns=") + percent_escape(domain);
    return text;
}

std::string TlsFiles::write(const std::string &content) {
    auto &path = files_[content];
    if (path.empty()) {
        if (!directory_)
            directory_.emplace("registry");
        path = (directory_->path() / fmt::format("{}.pem", files_.size())).string();
        write_file_atomically(path, content);
    }
    return path;
}

Tls TlsFiles::of(const Settings &settings, const HostSettings &host) {
    Tls tls{.insecure = host.insecure};
    auto bundle = settings.authorities;
    for (const auto &authority : host.authorities)
        bundle += authority + "\n";
    if (!bundle.empty()) {
        // libcurl takes one file, so it includes the system's authorities.
        const auto *version = curl().version_info(CURLVERSION_NOW);
        if (version->age >= CURLVERSION_SEVENTH && version->cainfo != nullptr)
            bundle += read_file_if_exists(version->cainfo).value_or("");
        tls.authorities = write(bundle);
    }
    if (!host.key_pairs.empty()) {
        tls.certificate = write(host.key_pairs.front().certificate);
        tls.key = write(host.key_pairs.front().key);
    }
    return tls;
}

std::vector<Endpoint> find_endpoints(const std::string &domain, bool with_mirrors,
                                     const Settings &settings, TlsFiles &files) {
    auto settings_of = [&settings](const std::string &name) {
        auto host = settings.hosts.find(name);
        return host == settings.hosts.end() ? HostSettings{} : host->second;
    };
    auto own = settings_of(domain);
    std::vector<Endpoint> found;
    if (with_mirrors)
        for (const auto &mirror : own.mirrors) {
            auto slash = mirror.find('/');
            Endpoint endpoint{.host = mirror.substr(0, slash), .domain = domain};
            if (slash != std::string::npos)
                endpoint.path += mirror.substr(slash);
            auto of_mirror = settings_of(settings.hosts.contains(mirror) ? mirror : endpoint.host);
            endpoint.tls = files.of(settings, of_mirror);
            add_host(found, std::move(endpoint), of_mirror);
        }
    add_host(found, {.host = domain == hub ? hub_host : domain, .tls = files.of(settings, own)},
             own);
    return found;
}

} // namespace berth::registry
