// SPDX-License-Identifier: Apache-2.0
#include "berth/job/build_commons.hpp"

#include "berth/session/docker_credentials.hpp"

namespace berth::job {

image::ImageStore image_store_of(const docker::Docker &engine, const BuildSetting &setting) {
    return {engine, setting.cache / "stores",
            setting.environment.get("DOCKER_HOST") + "\n" +
                setting.environment.get("DOCKER_CONTEXT")};
}

BuildCommons::BuildCommons(const BuildSetting &setting)
    : setting_(setting),
      image_store_(image_store_of(setting.engine(), setting)),
      credentials_(session::docker_credentials(
          setting.docker.runner(), setting.surroundings.docker_config, setting.environment)) {}

std::shared_future<GitTree> BuildCommons::git_tree(const std::filesystem::path &directory) {
    auto place = find_work_tree(directory, setting_.environment);
    auto &tree = trees_[place.value_or("")];
    if (tree.valid())
        return tree;
    if (!place)
        tree = std::async(std::launch::deferred, [] { return GitTree(); });
    else
        tree = std::async(std::launch::async, [&setting = setting_, directory] {
            return read_git_tree(setting.docker.runner(), directory, setting.environment);
        });
    return tree;
}

} // namespace berth::job
