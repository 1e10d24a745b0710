// SPDX-License-Identifier: Apache-2.0
// Docker contexts: `contexts/meta/<SHA-256 of the name>/meta.json` under docker's configuration.
#include "berth/store/docker_contexts.hpp"

#include "berth/store/docker_config.hpp"
#include "berth/store/store.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace berth::store {

namespace fs = std::filesystem;

namespace {

constexpr const char *default_host = "unix:///var/run/docker.sock";

std::optional<DockerContext> read_context(const fs::path &directory) {
    try {
        auto content = read_file_if_exists(directory / "meta.json");
        if (!content)
            return std::nullopt;
        auto json = read_json(*content);
        DockerContext context{.name = json.at("Name").get<std::string>(),
                              .host = json.at("Endpoints").at("docker").value("Host", "")};
        if (auto metadata = json.find("Metadata"); metadata != json.end() && metadata->is_object())
            context.description = metadata->value("Description", "");
        // docker looks up a context by the name of its directory, so one in another directory is
        // unreachable.
        if (context.name.empty() || sha256_hex(context.name) != directory.filename())
            return std::nullopt;
        return context;
    } catch (const nlohmann::json::exception &) {
        return std::nullopt;
    } catch (const Error &) {
        return std::nullopt;
    }
}

} // namespace

std::string normalize_host(std::string_view text) {
    auto host = trim(text);
    if (host.empty() || host == "unix://")
        return default_host;
    auto scheme = host.find("://");
    if (scheme != std::string_view::npos && host.substr(0, scheme) != "tcp")
        return std::string(host);
    auto address = scheme == std::string_view::npos ? host : host.substr(scheme + 3);
    auto slash = std::min(address.find('/'), address.size());
    std::string authority(address.substr(0, slash));
    // A colon inside the brackets of an IPv6 address does not begin a port.
    auto after_brackets = authority.rfind(']');
    auto colon = authority.find(':', after_brackets == std::string::npos ? 0 : after_brackets);
    if (colon == std::string::npos)
        authority += ":2375";
    if (authority.starts_with(':'))
        authority.insert(0, "localhost");
    return "tcp://" + authority + std::string(address.substr(slash));
}

bool is_host(std::string_view text) {
    auto host = trim(text);
    auto scheme = host.find("://");
    auto kind = scheme == std::string_view::npos ? "tcp" : host.substr(0, scheme);
    auto rest = scheme == std::string_view::npos ? host : host.substr(scheme + 3);
    if (kind == "fd" || kind == "ssh")
        return true;
    if (rest.find("://") != std::string_view::npos)
        return false;
    if (kind == "unix" || kind == "npipe" || rest.empty())
        return kind == "unix" || kind == "npipe" || kind == "tcp";
    auto authority = rest.substr(0, rest.find('/'));
    auto brackets = authority.rfind(']');
    auto colon = authority.find(':', brackets == std::string_view::npos ? 0 : brackets);
    auto port = colon == std::string_view::npos ? "" : authority.substr(colon + 1);
    // The characters that a URL's host may have.
    return kind == "tcp" &&
           authority.find_first_of(" \t\n\"<>\\^`{}|%#?") == std::string_view::npos &&
           port.find_first_not_of("0123456789") == std::string_view::npos;
}

DockerContexts::DockerContexts(const Environment &environment)
    : config_(docker_config_directory(environment)), environment_(environment) {}

void DockerContexts::check_current() const {
    auto name = current_name();
    if (name != "default" && !find(name))
        throw Error(fmt::format("context \"{}\": context not found", printable(name)),
                    ExitCode::usage, "`docker context ls` lists the contexts");
    auto host = environment_.get("DOCKER_HOST");
    if (name == "default" && !host.empty() && !is_host(host))
        throw Error(fmt::format("invalid bind address format: {}", printable(host)),
                    ExitCode::usage,
                    "set DOCKER_HOST to unix:///PATH, tcp://HOST:PORT or ssh://HOST");
    bool tls =
        !environment_.get("DOCKER_TLS").empty() || !environment_.get("DOCKER_TLS_VERIFY").empty();
    fs::path certificate =
        fs::path(environment_.get("DOCKER_CERT_PATH", config_.string())) / "ca.pem";
    std::error_code none;
    if (name == "default" && tls && !fs::exists(certificate, none))
        throw Error(fmt::format("DOCKER_TLS_VERIFY or DOCKER_TLS is set, but {} does not exist",
                                printable(certificate.string())),
                    ExitCode::engine_unavailable,
                    "set DOCKER_CERT_PATH to the directory with ca.pem, cert.pem and key.pem, or "
                    "unset these variables");
}

std::vector<DockerContext> DockerContexts::list() const {
    std::vector<DockerContext> contexts;
    std::error_code error;
    for (fs::directory_iterator entry(config_ / "contexts" / "meta", error), end;
         !error && entry != end; entry.increment(error))
        if (auto context = read_context(entry->path()); context && context->name != "default")
            contexts.push_back(*std::move(context));
    std::sort(contexts.begin(), contexts.end(),
              [](const auto &a, const auto &b) { return a.name < b.name; });
    contexts.insert(contexts.begin(), *find("default"));
    return contexts;
}

std::optional<DockerContext> DockerContexts::find(const std::string &name) const {
    if (name == "default")
        return DockerContext{.name = name, .host = normalize_host(environment_.get("DOCKER_HOST"))};
    return read_context(config_ / "contexts" / "meta" / sha256_hex(name));
}

std::string DockerContexts::current_name() const {
    if (!environment_.get("DOCKER_HOST").empty())
        return "default";
    if (auto name = environment_.get("DOCKER_CONTEXT"); !name.empty())
        return name;
    auto config = read_docker_config(config_).values;
    auto name = config.find("currentContext");
    auto chosen = name != config.end() && name->is_string() ? name->get<std::string>() : "";
    return chosen.empty() ? "default" : chosen;
}

std::string DockerContexts::current_endpoint() const {
    auto name = current_name();
    return name == "default" ? find(name)->host : name;
}

} // namespace berth::store
