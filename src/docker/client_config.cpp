// SPDX-License-Identifier: Apache-2.0
#include "berth/docker/client_config.hpp"

#include "berth/store/docker_config.hpp"

#include <nlohmann/json.hpp>

namespace berth::docker {

namespace fs = std::filesystem;

namespace {

constexpr const char *file_name = "config.json";

} // namespace

bool ClientConfig::has_proxies() const {
    auto config = store::read_docker_config(directory_).values;
    auto proxies = config.find("proxies");
    return proxies != config.end() && proxies->is_object() && !proxies->empty();
}

std::string ClientConfig::make_without_proxies() {
    auto config = store::read_docker_config(directory_).values;
    for (const auto *key : {"proxies", "auths", "credsStore", "credHelpers", "HttpHeaders"})
        config.erase(key);
    made_.emplace("docker-config");
    for (const auto &entry : fs::directory_iterator(fs::absolute(directory_)))
        if (entry.path().filename() != file_name)
            fs::create_symlink(entry.path(), made_->path() / entry.path().filename());
    write_file_atomically(made_->path() / file_name, config.dump());
    return made_->path().string();
}

} // namespace berth::docker
