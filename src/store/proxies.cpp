// SPDX-License-Identifier: Apache-2.0
#include "berth/store/proxies.hpp"

#include "berth/store/docker_config.hpp"
#include "berth/store/store.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <optional>

namespace berth::store {

namespace {

struct Proxy {
    const char *key;      // in config.json
    const char *variable; // in lower case
};
constexpr std::array<Proxy, 5> table = {{{"httpProxy", "http_proxy"},
                                         {"httpsProxy", "https_proxy"},
                                         {"ftpProxy", "ftp_proxy"},
                                         {"noProxy", "no_proxy"},
                                         {"allProxy", "all_proxy"}}};

std::string upper(std::string text) {
    for (auto &c : text)
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
    return text;
}

void add(std::map<std::string, std::string> &found, const char *variable,
         const std::string &value) {
    if (value.empty())
        return;
    found[variable] = value;
    found[upper(variable)] = value;
}

std::map<std::string, std::string> of_config(const nlohmann::json &config,
                                             const std::string &host) {
    std::map<std::string, std::string> found;
    auto all = config.find("proxies");
    if (all == config.end() || !all->is_object())
        return found;
    auto of_host = all->find(host);
    if (of_host == all->end())
        of_host = all->find("default");
    if (of_host != all->end() && of_host->is_object())
        for (const auto &[key, variable] : table)
            if (auto value = of_host->find(key); value != of_host->end() && value->is_string())
                add(found, variable, value->get<std::string>());
    return found;
}

} // namespace

bool has_password(const std::string &url) {
    auto at = url.rfind('@'), scheme = url.find("://");
    auto begin = scheme == std::string::npos ? 0 : scheme + 3;
    return at != std::string::npos && url.find(':', begin) < at;
}

std::map<std::string, std::string> configured_proxies(const Environment &environment,
                                                      const std::string &host) {
    return of_config(read_docker_config(docker_config_directory(environment)).values, host);
}

std::map<std::string, std::string> proxies(const Environment &environment,
                                           const std::string &host) {
    auto config = read_docker_config(docker_config_directory(environment));
    if (!config.problem.empty())
        throw Error(config.problem, ExitCode::failure,
                    "fix the file, --inherit-proxy reads the proxies from it");
    auto found = of_config(config.values, host);
    if (!found.empty())
        return found;
    for (const auto &[key, variable] : table) {
        auto value = environment.get(variable);
        add(found, variable, value.empty() ? environment.get(upper(variable)) : value);
    }
    return found;
}

} // namespace berth::store
