// SPDX-License-Identifier: Apache-2.0
// `berth doctor`: checks from `docker version` and `docker info`, and free disk space.
#include "berth/builder/context_builder.hpp"
#include "berth/cli/doctor.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

namespace berth::cli {

namespace fs = std::filesystem;

namespace {

constexpr const char *install_docker =
    "sudo apt install docker.io (https://docs.docker.com/engine/install/), or set BERTH_DOCKER to "
    "the program";

Finding check_program(const Context &context, const EngineAnswer &answer) {
    auto program = context.environment.get("BERTH_DOCKER", "docker");
    if (answer.version.kind == process::Outcome::Kind::not_started)
        return {.check = "docker",
                .health = Health::broken,
                .text = fmt::format("{} is not installed", program),
                .fix = install_docker};
    auto versions = docker::Docker::read_versions(answer.version);
    if (versions.client.empty())
        return {.check = "docker",
                .health = Health::warning,
                .text = fmt::format("{} does not report its version", program),
                .fix = fmt::format("{} version", program)};
    return {.check = "docker",
            .health = Health::ok,
            .text = fmt::format("{} {}", program, versions.client)};
}

Finding check_images(const docker::EngineInfo &info) {
    if (info.containerd_store)
        return {.check = "images",
                .health = Health::ok,
                .text = fmt::format("containerd image store ({})", info.driver)};
    return {.check = "images",
            .health = Health::ok,
            .text = fmt::format("classic image store ({}): one platform per image, no attestations",
                                info.driver)};
}

Findings check_cgroups(const docker::EngineInfo &info) {
    Findings findings;
    if (info.cgroup_version.empty() && info.cgroup_driver.empty())
        findings.push_back({.check = "cgroups",
                            .health = Health::note,
                            .text = "the engine does not report its cgroups"});
    else
        findings.push_back(
            {.check = "cgroups",
             .health = info.cgroup_driver == "none" ? Health::warning : Health::ok,
             .text = fmt::format("version {}, driver {}",
                                 info.cgroup_version.empty() ? "1" : info.cgroup_version,
                                 info.cgroup_driver),
             .fix =
                 info.cgroup_driver == "none"
                     ? "limits such as --driver-opt memory=… need an engine that runs with systemd"
                     : ""});
    for (const auto &warning : info.warnings)
        findings.push_back(
            {.check = "engine", .health = Health::note, .text = std::string(trim(warning))});
    return findings;
}

Finding check_mirrors(const docker::EngineInfo &info) {
    std::vector<std::string> parts, options;
    auto registries = builder::engine_registries(info);
    for (const auto &mirror : info.mirrors)
        parts.push_back("mirror of Docker Hub " + mirror);
    for (const auto &registry : info.insecure_registries)
        parts.push_back("insecure registry " + registry);
    for (const auto &mirror : registries.config.mirrors)
        options.push_back("--mirror " + mirror);
    // A builder on its own network has another loopback interface.
    if (registries.host_network)
        options.emplace_back("--driver-opt network=host");
    for (const auto &registry : registries.config.insecure_registries)
        options.push_back("--insecure-registry " + registry);
    if (parts.empty())
        return {.check = "mirrors", .health = Health::ok, .text = "the engine has none"};
    return {.check = "mirrors",
            .health = Health::note,
            .text = fmt::format("the engine has settings that builders do not use: {}",
                                join(parts, ", ")),
            .fix = "berth create " + join(options, " ")};
}

// The free space of a directory; std::nullopt if unknown.
std::optional<Finding> check_room(const std::string &what, const fs::path &directory,
                                  const std::string &fix) {
    constexpr std::uintmax_t little = 2'000'000'000, nothing = 100'000'000;
    std::error_code error;
    auto space = fs::space(directory, error);
    if (error)
        return std::nullopt;
    auto text = fmt::format("{} free for {} ({})",
                            format_decimal_bytes(static_cast<double>(space.available)), what,
                            directory.string());
    if (space.available < nothing)
        return Finding{.check = "disk", .health = Health::broken, .text = text, .fix = fix};
    if (space.available < little)
        return Finding{.check = "disk", .health = Health::warning, .text = text, .fix = fix};
    return Finding{.check = "disk", .health = Health::ok, .text = text};
}

} // namespace

bool is_local(const std::string &host) {
    return host.starts_with("unix://");
}

std::string engine_host(const Context &context) {
    auto contexts = context.docker_contexts();
    auto found = contexts.find(contexts.current_name());
    return found ? found->host : contexts.current_name();
}

Findings check_engine(const Context &context, const EngineAnswer &answer,
                      std::optional<docker::EngineInfo> &info) {
    Findings findings = {check_program(context, answer)};
    if (findings.front().health == Health::broken)
        return findings;
    auto name = context.docker_contexts().current_name();
    auto host = engine_host(context);
    auto program = context.environment.get("BERTH_DOCKER", "docker");
    bool dockers = docker::flavour_of(program) == docker::Flavour::docker;
    // Contexts and DOCKER_HOST are docker's.
    auto where = !dockers            ? program
                 : name == "default" ? host
                                     : fmt::format("{} (docker context {})", host, name);
    try {
        info = docker::Docker::read_info(answer.info_command, answer.info);
    } catch (const Error &error) {
        findings.push_back({.check = "engine",
                            .health = Health::broken,
                            .text = fmt::format("{}: {}", where, error.what()),
                            .fix = error.hint()});
        return findings;
    }
    auto version = info->server_version.empty()
                       ? docker::Docker::read_versions(answer.version).server
                       : info->server_version;
    findings.push_back({.check = "engine",
                        .health = Health::ok,
                        .text = fmt::format("{} at {}, {} on {}", version, where,
                                            info->operating_system, info->architecture)});
    if (!info->os_type.empty() && info->os_type != "linux")
        findings.push_back({.check = "engine",
                            .health = Health::broken,
                            .text = "the engine runs containers of " + info->os_type +
                                    ", and BuildKit needs linux",
                            .fix = "docker context use NAME; `docker context ls` lists them"});
    if (dockers)
        findings.push_back(check_images(*info));
    for (auto &finding : check_cgroups(*info))
        findings.push_back(std::move(finding));
    if (dockers)
        findings.push_back(check_mirrors(*info));
    return findings;
}

Findings check_disk(const Context &context, const std::optional<docker::EngineInfo> &info) {
    Findings findings;
    auto add = [&findings](std::optional<Finding> finding) {
        if (finding)
            findings.push_back(*std::move(finding));
    };
    if (info && !info->root.empty() && is_local(engine_host(context)))
        add(check_room("the engine", info->root, "berth prune, or docker system prune"));
    add(check_room("temporary files", context.environment.get("TMPDIR", "/tmp"),
                   "remove files there, or set TMPDIR to a directory with free space"));
    return findings;
}

} // namespace berth::cli
