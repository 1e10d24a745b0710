// SPDX-License-Identifier: Apache-2.0
#include "berth/registry/settings.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/toml.hpp"

#include <fmt/format.h>

namespace berth::registry {

namespace {

using Files = std::map<std::string, std::string>;

// Paths in the file are paths in the container.
const std::string *named_file(const Files &files, std::string_view path) {
    constexpr std::string_view directory = "/etc/buildkit/";
    if (path.starts_with(directory))
        path.remove_prefix(directory.size());
    auto found = files.find(std::string(path));
    return found == files.end() ? nullptr : &found->second;
}

std::vector<std::string> texts(const toml::table &table, std::string_view key) {
    std::vector<std::string> values;
    if (const auto *list = table[key].as_array())
        for (const auto &entry : *list)
            if (auto value = entry.value<std::string>())
                values.push_back(*value);
    return values;
}

HostSettings read_host(const toml::table &table, const Files &files) {
    HostSettings host{.mirrors = texts(table, "mirrors"),
                      .http = table["http"].value<bool>(),
                      .insecure = table["insecure"].value_or(false)};
    for (const auto &path : texts(table, "ca"))
        if (const auto *text = named_file(files, path))
            host.authorities.push_back(*text);
    if (const auto *pairs = table["keypair"].as_array())
        for (const auto &entry : *pairs) {
            const auto *pair = entry.as_table();
            if (pair == nullptr)
                continue;
            const auto *key = named_file(files, (*pair)["key"].value_or(""));
            const auto *certificate = named_file(files, (*pair)["cert"].value_or(""));
            if (key != nullptr && certificate != nullptr)
                host.key_pairs.push_back({*certificate, *key});
        }
    return host;
}

} // namespace

Settings read_settings(const Files &files) {
    Settings settings;
    if (auto bundle = files.find("certs.d/ca.pem"); bundle != files.end()) // `create --ca`
        settings.authorities = bundle->second;
    auto config = files.find("buildkitd.toml");
    if (config == files.end())
        return settings;
    auto parsed = toml::parse(config->second);
    if (!parsed)
        throw Error(fmt::format("the builder's buildkitd.toml, line {}: {}",
                                parsed.error().source().begin.line,
                                printable(parsed.error().description())));
    if (const auto *hosts = parsed.table()["registry"].as_table())
        for (auto &&[name, entry] : *hosts)
            if (const auto *table = entry.as_table())
                settings.hosts.emplace(name.str(), read_host(*table, files));
    return settings;
}

} // namespace berth::registry
