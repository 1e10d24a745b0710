#include "berth/cli/context.hpp"

namespace berth::cli {

store::Store Context::store() const {
    return store::Store(store::default_directory(environment));
}

store::DockerContexts Context::docker_contexts() const {
    return store::DockerContexts(environment);
}

builder::WorkerCache Context::worker_cache() const {
    std::filesystem::path cache = environment.get("XDG_CACHE_HOME");
    if (cache.empty())
        cache = std::filesystem::path(environment.get("HOME", "/")) / ".cache";
    return builder::WorkerCache(cache / "berth" / "workers");
}

docker::Docker Context::docker(const std::string &endpoint) const {
    auto contexts = docker_contexts();
    // The context in use can be called by its name or its host; either needs no argument.
    auto current = endpoint == contexts.current_name() ? endpoint : contexts.current_endpoint();
    return docker::Docker(runner, environment.get("BERTH_DOCKER", "docker"), endpoint, current);
}

} // namespace berth::cli
