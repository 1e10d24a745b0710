// SPDX-License-Identifier: Apache-2.0
// State that the builds of one command share, so that it is determined once.
#pragma once

#include "berth/image/image_store.hpp"
#include "berth/job/build_setting.hpp"
#include "berth/job/git_info.hpp"
#include "berth/session/auth.hpp"

#include <filesystem>
#include <future>
#include <map>

namespace berth::job {

// The image store type of an engine, from the client's cache.
image::ImageStore image_store_of(const docker::Docker &engine, const BuildSetting &setting);

class BuildCommons {
  public:
    // `setting` must outlive it.
    explicit BuildCommons(const BuildSetting &setting);

    // Of the engine that images are loaded into.
    image::ImageStore &image_store() { return image_store_; }
    const session::CredentialLookup &credentials() const { return credentials_; }
    // Runs git on a thread of its own, once for each work tree.
    std::shared_future<GitTree> git_tree(const std::filesystem::path &directory);

  private:
    const BuildSetting &setting_;
    image::ImageStore image_store_;
    session::CredentialLookup credentials_;
    std::map<std::filesystem::path, std::shared_future<GitTree>> trees_;
};

} // namespace berth::job
