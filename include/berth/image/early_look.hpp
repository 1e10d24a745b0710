// SPDX-License-Identifier: Apache-2.0
// What the engine has under the tags of a build, asked while the build runs, so that its load need
// not wait for the answer.
#pragma once

#include "berth/docker/docker.hpp"
#include "berth/image/load_memory.hpp"

#include <chrono>
#include <future>
#include <string>
#include <vector>

namespace berth::image {

class EarlyLook {
  public:
    // Asks (one `docker image inspect` on a thread of its own) if this client loaded an image with
    // the same tags before; otherwise the engine hardly has any. `docker` must outlive it.
    EarlyLook(const docker::Docker &docker, const LoadMemory &loaded,
              const std::vector<std::string> &tags);

    // Waits for the answer. Null if nothing was asked, the engine has none of the tags, or it did
    // not answer.
    const std::vector<docker::Image> *images();
    // Whether the answer is younger than five seconds. An older one may be out of date.
    bool is_recent() const;

  private:
    std::future<std::vector<docker::Image>> answer_;
    std::vector<docker::Image> images_;
    std::chrono::steady_clock::time_point asked_;
};

} // namespace berth::image
