// SPDX-License-Identifier: Apache-2.0
// The image store of an engine: classic, or containerd's, the default of new installations since
// Docker 29. It decides the form in which an image is exported, so it must be known before the
// build. Answers are cached for a day.
#pragma once

#include "berth/docker/docker.hpp"
#include "berth/image/load_memory.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace berth::image {

class ImageStore {
  public:
    // Without the cache.
    explicit ImageStore(const docker::Docker &engine) : engine_(engine) {}
    // `memory`: a directory in the user's cache. `names`: further identification of the engine,
    // such as DOCKER_HOST.
    ImageStore(const docker::Docker &engine, const std::filesystem::path &memory,
               const std::string &names);

    bool is_containerd();
    // The cached answer; std::nullopt if the engine was never asked.
    std::optional<bool> known();
    // Without the cache: asks the engine.
    bool is_containerd_now();
    // Stores the answer.
    void learn(bool containerd);
    // Images that this client loaded into it.
    const LoadMemory &loaded() const { return loaded_; }

  private:
    const docker::Docker &engine_;
    std::filesystem::path file_;
    LoadMemory loaded_;
    std::optional<bool> remembered_, now_;
};

} // namespace berth::image
