// SPDX-License-Identifier: Apache-2.0
#include "berth/builder/config_files.hpp"

#include "berth/builder/node.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/units.hpp"

#include "toml_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::builder {

namespace {

class Certificates {
  public:
    explicit Certificates(std::string config) : config_(std::move(config)) {}

    // The paths of a registry's table, rewritten.
    void take(std::string_view host, toml::table &registry) {
        auto directory = "certs/" + replace_all(std::string(host), ":", "_") + "/";
        if (auto *list = registry["ca"].as_array())
            for (auto &entry : *list)
                move(host, directory, entry);
        if (auto *pairs = registry["keypair"].as_array())
            for (auto &pair : *pairs)
                if (auto *table = pair.as_table())
                    for (const auto *key : {"key", "cert"})
                        if (auto *entry = table->get(key))
                            move(host, directory, *entry);
    }

    std::map<std::string, std::string> files;

  private:
    void move(std::string_view host, const std::string &directory, toml::node &entry) {
        auto *path = entry.as_string();
        if (path == nullptr)
            throw usage_error(
                fmt::format("{}: registry.\"{}\": the path of a certificate is not a string",
                            config_, printable(host)));
        std::filesystem::path source = path->get();
        auto content = read_file_if_exists(source, 1u << 20, Special::read);
        if (!content)
            throw usage_error(fmt::format("{}: registry.\"{}\" names {}: no such file", config_,
                                          printable(host), printable(path->get())),
                              "write the path of a file on this machine");
        auto file = source.filename().string();
        auto name = directory + file;
        // Files of the same name from different directories stay separate.
        for (int n = 2; files.contains(name) && files.at(name) != *content; ++n)
            name = fmt::format("{}{}-{}", directory, n, file);
        files[name] = *std::move(content);
        *path = std::string(config_directory) + "/" + name;
    }

    std::string config_;
};

toml::table parse_config(const std::filesystem::path &file) {
    auto name = printable(file.string());
    auto content = read_file_if_exists(file, 1u << 20, Special::read);
    if (!content)
        throw usage_error(fmt::format("buildkit configuration file not found: {}", name),
                          "check --buildkitd-config");
    auto parsed = toml::parse(std::string_view(*content), file.string());
    if (!parsed) {
        const auto &where = parsed.error().source().begin;
        throw usage_error(fmt::format("{}, line {}, column {}: {}", name, where.line, where.column,
                                      printable(parsed.error().description())),
                          "see the reference of buildkitd.toml at "
                          "https://docs.docker.com/build/buildkit/toml-configuration/");
    }
    return std::move(parsed).table();
}

bool adds_settings(const ConfigRequest &request) {
    return !request.insecure_registries.empty() || !request.mirrors.empty() ||
           !request.max_cache.empty();
}

// HOST[:PORT], with a path for a mirror.
void check_host(const char *flag, const std::string &host, bool with_path) {
    static constexpr std::string_view letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]";
    auto end = with_path ? std::min(host.find('/'), host.size()) : host.size();
    auto name = std::string_view(host).substr(0, end);
    if (!name.empty() && name.find_first_not_of(letters) == std::string_view::npos &&
        host.find("://") == std::string::npos)
        return;
    throw usage_error(
        fmt::format("invalid value \"{}\" of {}: not a registry name", printable(host), flag),
        "write HOST or HOST:PORT, without https://");
}

// The table `parent.key`, created if missing.
toml::table &table_at(toml::table &parent, std::string_view key, const std::string &file) {
    auto *node = parent.get(key);
    if (node == nullptr)
        node = &parent.insert(key, toml::table()).first->second;
    if (auto *table = node->as_table())
        return *table;
    throw usage_error(fmt::format("{}: {} is not a table", printable(file), printable(key)));
}

void add_mirror(toml::table &registry, const std::string &mirror, const std::string &file) {
    auto *node = registry.get("mirrors");
    if (node == nullptr)
        node = &registry.insert("mirrors", toml::array()).first->second;
    auto *list = node->as_array();
    if (list == nullptr)
        throw usage_error(fmt::format("{}: mirrors is not a list", printable(file)));
    list->push_back(mirror);
}

bool is_cache_size(const std::string &text) {
    if (text.ends_with('%')) {
        auto percent = parse_integer(text.substr(0, text.size() - 1));
        return percent && *percent > 0 && *percent <= 100;
    }
    return parse_bytes(text).value_or(0) > 0;
}

void add_settings(toml::table &table, const ConfigRequest &request) {
    for (const auto &host : request.insecure_registries) {
        check_host("--insecure-registry", host, false);
        auto &registry = table_at(table_at(table, "registry", request.file), host, request.file);
        // Both: TLS without checking the certificate, and plain HTTP without TLS.
        registry.insert_or_assign("http", true);
        registry.insert_or_assign("insecure", true);
    }
    for (const auto &pair : request.mirrors) {
        auto equals = pair.find('=');
        if (equals == std::string::npos)
            throw usage_error(fmt::format("invalid value \"{}\" of --mirror", printable(pair)),
                              "write HOST=MIRROR, for example docker.io=mirror.example:5000");
        auto host = pair.substr(0, equals), mirror = pair.substr(equals + 1);
        check_host("--mirror", host, false);
        check_host("--mirror", mirror, true);
        add_mirror(table_at(table_at(table, "registry", request.file), host, request.file), mirror,
                   request.file);
    }
    if (request.max_cache.empty())
        return;
    if (!is_cache_size(request.max_cache))
        throw usage_error(
            fmt::format("invalid value \"{}\" of --max-cache", printable(request.max_cache)),
            "write a size, for example 20g, or a share of the disk, for example 40%");
    auto &worker = table_at(table_at(table, "worker", request.file), "oci", request.file);
    if (worker.contains("gcpolicy"))
        throw usage_error(
            fmt::format("--max-cache cannot change the gcpolicy in {}", printable(request.file)),
            "set maxUsedSpace in that policy");
    worker.insert_or_assign("maxUsedSpace", request.max_cache);
}

std::string read_ca_bundle(const std::vector<std::string> &paths) {
    std::string bundle;
    for (const auto &path : paths) {
        auto content = read_file_if_exists(path, 4u << 20, Special::read);
        if (!content)
            throw usage_error(fmt::format("--ca {}: no such file", printable(path)),
                              "write the path of a PEM file on this machine");
        if (content->find("PRIVATE KEY-----") != std::string::npos)
            throw usage_error(fmt::format("--ca {} contains a private key", printable(path)),
                              "remove the key: a builder needs only the certificate");
        if (content->find("-----BEGIN CERTIFICATE-----") == std::string::npos)
            throw usage_error(fmt::format("--ca {} contains no PEM certificate", printable(path)),
                              "`openssl x509 -inform der` converts a DER file");
        bundle += *content;
        if (!bundle.ends_with('\n'))
            bundle += '\n';
    }
    return bundle;
}

} // namespace

std::map<std::string, std::string> read_config_files(const std::filesystem::path &file) {
    return make_config_files({.file = file.string()});
}

std::map<std::string, std::string> make_config_files(const ConfigRequest &request) {
    std::map<std::string, std::string> files;
    if (!request.file.empty() || adds_settings(request)) {
        auto table = request.file.empty() ? toml::table() : parse_config(request.file);
        Certificates certificates(printable(request.file));
        if (auto *registries = table["registry"].as_table())
            for (auto &&[host, registry] : *registries)
                if (auto *settings = registry.as_table())
                    certificates.take(host.str(), *settings);
        files = std::move(certificates.files);
        add_settings(table, request);
        files[config_file] = format_toml(table);
    }
    if (!request.ca.empty())
        files[ca_file] = read_ca_bundle(request.ca);
    return files;
}

bool same_config(const std::string &left, const std::string &right) {
    auto one = toml::parse(left), other = toml::parse(right);
    return one && other ? format_toml(one.table()) == format_toml(other.table()) : left == right;
}

bool allows_host_network(const std::string &text) {
    auto parsed = toml::parse(text);
    if (!parsed)
        return false;
    if (const auto *list = parsed.table()["insecure-entitlements"].as_array())
        for (const auto &entry : *list)
            if (entry.value<std::string>() == "network.host")
                return true;
    return false;
}

} // namespace berth::builder
