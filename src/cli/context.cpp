// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/context.hpp"

#include "berth/builder/github_context.hpp"
#include "berth/docker/ssh_sharing.hpp"

#include <algorithm>
#include <system_error>

namespace berth::cli {

bool Context::colour() const {
    return err_is_terminal && environment.get("NO_COLOR").empty();
}

progress::DisplayOptions Context::display_options() const {
    return {.terminal = err_is_terminal, .colour = colour(), .size = terminal_size};
}

void Context::limit_status(const std::optional<std::chrono::nanoseconds> &timeout) {
    if (!timeout)
        return;
    constexpr std::chrono::milliseconds longest = std::chrono::hours(24);
    status_timeout =
        timeout->count() <= 0
            ? std::chrono::milliseconds(0)
            : std::min(longest, std::chrono::ceil<std::chrono::milliseconds>(*timeout));
}

std::chrono::milliseconds
Context::usage_timeout(const std::optional<std::chrono::nanoseconds> &timeout) const {
    return timeout ? status_timeout : std::chrono::milliseconds(0);
}

store::Store Context::store() const {
    auto directory = store::default_directory(environment);
    auto owner = store::sudo_owner(environment, directory);
    return store::Store(std::move(directory), owner);
}

store::DockerContexts Context::docker_contexts() const {
    return store::DockerContexts(environment);
}

std::filesystem::path Context::cache_directory() const {
    std::filesystem::path cache = environment.get("XDG_CACHE_HOME");
    if (cache.empty())
        cache = std::filesystem::path(environment.get("HOME", "/")) / ".cache";
    return cache / "berth";
}

builder::WorkerCache Context::worker_cache() const {
    return builder::WorkerCache(cache_directory() / "workers");
}

docker::Docker Context::docker(const std::string &endpoint) const {
    auto contexts = docker_contexts();
    // The context in use can be called by its name or its host; either needs no argument.
    auto current = endpoint == contexts.current_name() ? endpoint : contexts.current_endpoint();
    docker::Docker result(runner, environment.get("BERTH_DOCKER", "docker"), endpoint, current);
    auto found = contexts.find(endpoint);
    if ((found ? found->host : endpoint).starts_with("ssh://"))
        result.set_first_on_path(docker::ssh_sharing_directory(environment));
    return result;
}

docker::Docker Context::docker(const store::NodeRecord &node) const {
    return docker(node.remote ? docker_contexts().current_endpoint() : node.endpoint);
}

builder::Surroundings Context::surroundings(const builder::WorkerCache &workers,
                                            const std::string &endpoint,
                                            std::chrono::milliseconds boot_timeout) const {
    builder::Surroundings result{
        .cancellation = cancellation,
        .workers = workers,
        .now = now,
        .boot_timeout = boot_timeout,
        .docker_config = store::docker_config_directory(environment),
        .workflow = [&environment = environment] { return builder::github_context(environment); },
        .default_policy = environment.flag("BUILDX_DEFAULT_POLICY")};
    // GPU libraries of Windows, which an engine in the same distribution can pass on, like docker
    // buildx.
    constexpr const char *wsl = "/usr/lib/wsl";
    auto found = docker_contexts().find(endpoint);
    std::error_code none;
    if (!environment.get("WSL_DISTRO_NAME").empty() &&
        (found ? found->host : endpoint).starts_with("unix://") &&
        std::filesystem::exists(wsl, none))
        result.read_only_binds.emplace_back(wsl, wsl);
    return result;
}

} // namespace berth::cli
