// SPDX-License-Identifier: Apache-2.0
// `berth doctor`: checks of the client: proxies, certificates, credential helpers, SSH agent.
#include "berth/cli/doctor.hpp"
#include "berth/store/proxies.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <filesystem>
#include <set>
#include <unistd.h>

namespace berth::cli {

namespace fs = std::filesystem;

namespace {

bool on_path(const Environment &environment, const std::string &program) {
    for (const auto &directory : split(environment.get("PATH"), ':'))
        if (!directory.empty() && ::access((fs::path(directory) / program).c_str(), X_OK) == 0)
            return true;
    return false;
}

// Why a file is not a certificate or key; empty if it is.
std::string pem_problem(const fs::path &file, const char *kind) {
    try {
        auto content = read_file_if_exists(file, 1u << 20);
        if (!content)
            return "does not exist";
        bool found = content->find("-----BEGIN") != std::string::npos &&
                     content->find(kind) != std::string::npos;
        return found ? "" : "contains no PEM certificate";
    } catch (const Error &error) {
        return error.what();
    }
}

// The helpers that config.json names.
std::set<std::string> helpers(const nlohmann::json &config) {
    std::set<std::string> names;
    auto add = [&names](const nlohmann::json &value) {
        if (value.is_string() && !value.get<std::string>().empty())
            names.insert(value.get<std::string>());
    };
    if (auto store = config.find("credsStore"); store != config.end())
        add(*store);
    if (auto all = config.find("credHelpers"); all != config.end() && all->is_object())
        for (const auto &[host, helper] : all->items())
            add(helper);
    return names;
}

} // namespace

Findings check_proxy(const Context &context, const std::optional<docker::EngineInfo> &info) {
    Findings findings;
    auto configured = store::configured_proxies(context.environment, engine_host(context));
    for (const auto &[name, url] : configured)
        if (store::has_password(url) && lower(name) == name)
            findings.push_back(
                {.check = "proxy",
                 .health = Health::warning,
                 .text = fmt::format("{} in config.json contains a password, which reaches builds "
                                     "as a build argument that their steps can read",
                                     name),
                 .fix = "use a proxy without a password"});
    bool shell = !context.environment.get("HTTPS_PROXY").empty() ||
                 !context.environment.get("https_proxy").empty() ||
                 !context.environment.get("HTTP_PROXY").empty() ||
                 !context.environment.get("http_proxy").empty();
    bool engine = info && (!info->http_proxy.empty() || !info->https_proxy.empty());
    if (info && shell && !engine)
        findings.push_back({.check = "proxy",
                            .health = Health::note,
                            .text = "this shell uses a proxy, but the engine pulls without one",
                            .fix = "set \"proxies\" in the engine's daemon.json "
                                   "(https://docs.docker.com/engine/daemon/proxy/)"});
    if (shell || engine || !configured.empty())
        findings.push_back(
            {.check = "proxy",
             .health = Health::note,
             .text = fmt::format("configured in {}, builders do not use it unless they inherit it",
                                 configured.empty() ? (shell ? "the environment" : "the engine")
                                                    : "config.json"),
             .fix = "berth create --inherit-proxy"});
    if (findings.empty())
        findings.push_back({.check = "proxy", .health = Health::ok, .text = "none"});
    return findings;
}

Findings check_certificates(const Context &context) {
    Findings findings;
    std::error_code error;
    std::vector<std::string> hosts;
    for (fs::directory_iterator entry("/etc/docker/certs.d", error), end; !error && entry != end;
         entry.increment(error)) {
        auto host = entry->path().filename().string();
        auto file = entry->path() / "ca.crt";
        std::error_code none;
        if (!fs::exists(file, none))
            continue;
        if (auto problem = pem_problem(file, "CERTIFICATE"); !problem.empty())
            findings.push_back({.check = "certificates",
                                .health = Health::broken,
                                .text = fmt::format("{} {}", file.string(), problem),
                                .fix = "put the registry's certificate there"});
        else
            hosts.push_back(file.string());
    }
    if (!hosts.empty())
        findings.push_back(
            {.check = "certificates",
             .health = Health::note,
             .text = fmt::format("docker trusts {}, builders do not", join(hosts, ", ")),
             .fix = "berth create --ca " + join(hosts, " --ca ")});
    auto bundle = context.environment.get("SSL_CERT_FILE");
    if (!bundle.empty())
        if (auto problem = pem_problem(bundle, "CERTIFICATE"); !problem.empty())
            findings.push_back({.check = "certificates",
                                .health = Health::broken,
                                .text = fmt::format("SSL_CERT_FILE: {} {}", bundle, problem),
                                .fix = "unset SSL_CERT_FILE"});
    if (findings.empty())
        findings.push_back({.check = "certificates",
                            .health = Health::ok,
                            .text = "docker has no certificates of its own"});

    if (context.environment.get("DOCKER_TLS_VERIFY").empty())
        return findings;
    fs::path directory = context.environment.get("DOCKER_CERT_PATH");
    if (directory.empty())
        directory = store::docker_config_directory(context.environment);
    constexpr std::array<std::pair<const char *, const char *>, 3> files = {
        {{"ca.pem", "CERTIFICATE"}, {"cert.pem", "CERTIFICATE"}, {"key.pem", "PRIVATE KEY"}}};
    bool good = true;
    for (const auto &[name, kind] : files)
        if (auto problem = pem_problem(directory / name, kind); !problem.empty()) {
            good = false;
            findings.push_back({.check = "tls",
                                .health = Health::broken,
                                .text = fmt::format("DOCKER_TLS_VERIFY is set, and {} {}",
                                                    (directory / name).string(), problem),
                                .fix = "set DOCKER_CERT_PATH to the directory with ca.pem, "
                                       "cert.pem and key.pem, or unset DOCKER_TLS_VERIFY"});
        }
    if (good)
        findings.push_back({.check = "tls",
                            .health = Health::ok,
                            .text = "certificates and key in " + directory.string()});
    return findings;
}

Findings check_credentials(const Context &context) {
    auto file = store::docker_config_directory(context.environment) / "config.json";
    nlohmann::json config;
    try {
        auto content = read_file_if_exists(file);
        if (!content)
            return {{.check = "credentials",
                     .health = Health::ok,
                     .text = fmt::format("none: {} does not exist", file.string())}};
        config = read_json(*content);
    } catch (const Error &error) {
        return {{.check = "credentials",
                 .health = Health::broken,
                 .text = error.what(),
                 .fix = fmt::format("sudo chown \"$USER\" {}", shell_quote(file.string()))}};
    }
    if (!config.is_object())
        return {{.check = "credentials",
                 .health = Health::broken,
                 .text = fmt::format("{} is not a JSON object: docker and berth ignore it",
                                     file.string()),
                 .fix = fmt::format("fix it, or run mv {0} {0}.broken and `docker login` again",
                                    shell_quote(file.string()))}};
    Findings findings;
    for (const auto &helper : helpers(config)) {
        auto program = "docker-credential-" + helper;
        if (on_path(context.environment, program))
            findings.push_back({.check = "credentials", .health = Health::ok, .text = program});
        else
            findings.push_back(
                {.check = "credentials",
                 .health = Health::broken,
                 .text = fmt::format("{} names the helper {}, but the program {} is not installed",
                                     file.string(), helper, program),
                 .fix = fmt::format("install {}, or remove \"{}\" from credsStore and credHelpers",
                                    program, helper)});
    }
    if (findings.empty()) {
        auto auths = config.find("auths");
        auto count = auths != config.end() && auths->is_object() ? auths->size() : 0;
        findings.push_back({.check = "credentials",
                            .health = Health::ok,
                            .text = fmt::format("no helpers, {} of {}", count, file.string())});
    }
    return findings;
}

process::Command agent_command() {
    return {.argv = {"ssh-add", "-l"},
            .effect = process::Effect::query,
            .timeout = std::chrono::milliseconds(2000)};
}

Findings check_agent(const Context &context, const process::Outcome &outcome) {
    auto socket = context.environment.get("SSH_AUTH_SOCK");
    if (socket.empty())
        return {{.check = "ssh",
                 .health = Health::note,
                 .text = "no agent: `RUN --mount=type=ssh` needs --ssh ID=KEY",
                 .fix = "eval \"$(ssh-agent)\" && ssh-add"}};
    if (outcome.kind == process::Outcome::Kind::not_started)
        return {{.check = "ssh",
                 .health = Health::note,
                 .text = "ssh-add is not installed, so the agent cannot be checked",
                 .fix = "sudo apt install openssh-client"}};
    if (outcome.exited_with(1))
        return {{.check = "ssh",
                 .health = Health::note,
                 .text = fmt::format("the agent at {} has no keys", socket),
                 .fix = "ssh-add"}};
    if (!outcome.ok())
        return {{.check = "ssh",
                 .health = Health::warning,
                 .text = fmt::format("no agent answers at SSH_AUTH_SOCK={}", socket),
                 .fix = "eval \"$(ssh-agent)\" && ssh-add"}};
    auto keys = split(trim(outcome.out), '\n').size();
    return {{.check = "ssh",
             .health = Health::ok,
             .text = fmt::format("agent with {} key{}", keys, keys == 1 ? "" : "s")}};
}

} // namespace berth::cli
