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
    return docker::Docker(runner, environment.get("BERTH_DOCKER", "docker"), endpoint,
                          docker_contexts().current_endpoint());
}

} // namespace berth::cli
