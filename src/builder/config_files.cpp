#include "berth/builder/config_files.hpp"

#include "berth/builder/node.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#define TOML_EXCEPTIONS 0
#include <sstream>
#include <toml++/toml.h>

namespace berth::builder {

namespace {

class Certificates {
  public:
    explicit Certificates(std::string config) : config_(std::move(config)) {}

    // The paths of a registry's table, rewritten.
    void take(std::string_view host, toml::table &registry) {
        auto folder = "certs/" + replace_all(std::string(host), ":", "_") + "/";
        if (auto *list = registry["ca"].as_array())
            for (auto &entry : *list)
                move(host, folder, entry);
        if (auto *pairs = registry["keypair"].as_array())
            for (auto &pair : *pairs)
                if (auto *table = pair.as_table())
                    for (const auto *key : {"key", "cert"})
                        if (auto *entry = table->get(key))
                            move(host, folder, *entry);
    }

    std::map<std::string, std::string> files;

  private:
    void move(std::string_view host, const std::string &folder, toml::node &entry) {
        auto *path = entry.as_string();
        if (path == nullptr)
            throw usage_error(fmt::format("{}: registry.\"{}\": a certificate's path is no text",
                                          config_, printable(host)));
        std::filesystem::path source = path->get();
        auto content = read_file_if_exists(source, 1u << 20);
        if (!content)
            throw usage_error(fmt::format("{}: registry.\"{}\" names {}, and there is no such file",
                                          config_, printable(host), printable(path->get())),
                              "give the path of a file on this machine");
        auto file = source.filename().string();
        auto name = folder + file;
        // Two files of one name from two folders are two files here, too.
        for (int n = 2; files.contains(name) && files.at(name) != *content; ++n)
            name = fmt::format("{}{}-{}", folder, n, file);
        files[name] = *std::move(content);
        *path = std::string(config_directory) + "/" + name;
    }

    std::string config_;
};

} // namespace

std::map<std::string, std::string> read_config_files(const std::filesystem::path &file) {
    auto name = printable(file.string());
    auto text = read_file_if_exists(file, 1u << 20);
    if (!text)
        throw usage_error(fmt::format("buildkit configuration file not found: {}", name),
                          "check --buildkitd-config");
    auto parsed = toml::parse(std::string_view(*text), file.string());
    if (!parsed) {
        const auto &where = parsed.error().source().begin;
        throw usage_error(fmt::format("{}, line {}, column {}: {}", name, where.line, where.column,
                                      printable(parsed.error().description())),
                          "a buildkitd.toml is described at "
                          "https://docs.docker.com/build/buildkit/toml-configuration/");
    }
    auto &table = parsed.table();
    Certificates certificates(name);
    if (auto *registries = table["registry"].as_table())
        for (auto &&[host, registry] : *registries)
            if (auto *settings = registry.as_table())
                certificates.take(host.str(), *settings);
    auto files = std::move(certificates.files);
    if (files.empty()) {
        files[config_file] = *std::move(text);
    } else {
        std::ostringstream rewritten;
        rewritten << toml::toml_formatter(table) << '\n';
        files[config_file] = rewritten.str();
    }
    return files;
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
