// SPDX-License-Identifier: Apache-2.0
// What the builds of one command have in common, so that it is found out once.
#pragma once

#include "berth/image/image_store.hpp"
#include "berth/job/build_setting.hpp"
#include "berth/job/git_info.hpp"
#include "berth/session/auth.hpp"

#include <filesystem>
#include <future>
#include <map>

namespace berth::job {

// Which image store an engine has, as this client remembers it.
image::ImageStore image_store_of(const docker::Docker &engine, const BuildSetting &setting);

class BuildCommons {
  public:
    // `setting` must outlive it.
    explicit BuildCommons(const BuildSetting &setting);

    // Of the engine that images are loaded into.
    image::ImageStore &image_store() { return image_store_; }
    const session::CredentialLookup &credentials() const { return credentials_; }
    // Asks git on a thread of its own; each work tree once.
    std::shared_future<GitTree> git_tree(const std::filesystem::path &directory);

  private:
    const BuildSetting &setting_;
    image::ImageStore image_store_;
    session::CredentialLookup credentials_;
    std::map<std::filesystem::path, std::shared_future<GitTree>> trees_;
};

} // namespace berth::job
