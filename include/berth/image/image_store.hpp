// SPDX-License-Identifier: Apache-2.0
// Which image store an engine has: the classic one, or containerd's, which is the default of new
// installations since Docker 29. It decides in which form an image is exported for it, so it has to
// be known before the build; what an engine said is remembered for a day.
#pragma once

#include "berth/docker/docker.hpp"
#include "berth/image/load_memory.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace berth::image {

class ImageStore {
  public:
    // Not remembered.
    explicit ImageStore(const docker::Docker &engine) : engine_(engine) {}
    // `memory`: a folder in the user's cache. `names`: what else tells this engine from others, as
    // DOCKER_HOST does.
    ImageStore(const docker::Docker &engine, const std::filesystem::path &memory,
               const std::string &names);

    bool is_containerd();
    // The same without asking the engine; nothing when this client has never learnt it.
    std::optional<bool> known();
    // The same without memory: by what the engine says now.
    bool is_containerd_now();
    // What it turned out to be.
    void learn(bool containerd);
    // What was loaded into it from here.
    const LoadMemory &loaded() const { return loaded_; }

  private:
    const docker::Docker &engine_;
    std::filesystem::path file_;
    LoadMemory loaded_;
    std::optional<bool> remembered_, now_;
};

} // namespace berth::image
