// SPDX-License-Identifier: Apache-2.0
// `docker load`, started while the build still runs: for a small image, the start of the docker CLI
// is a fifth of the load's time.
#pragma once

#include "berth/docker/docker.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <future>
#include <mutex>
#include <optional>

namespace berth::image {

class EarlyLoad {
  public:
    using Read = std::function<std::size_t(char *buffer, std::size_t size)>;

    // Starts nothing yet. A command that was started waits for its archive for this time at most.
    // `docker` must outlive it.
    explicit EarlyLoad(const docker::Docker &docker,
                       std::chrono::milliseconds patience = std::chrono::seconds(10));
    // Kills a command that got no archive.
    ~EarlyLoad();

    // Starts the command, unless it was started before. From any thread.
    void start();
    // True from start() until the command got an archive, or was killed.
    bool is_waiting();
    // Gives the command the archive and waits for its end. None if it does not wait. Rethrows what
    // `read` throws.
    std::optional<process::Outcome> send(Read read);

  private:
    void end();
    bool has_archive();
    std::size_t input(char *buffer, std::size_t size);
    bool waits() const { return outcome_.valid() && !read_ && !ended_; }

    const docker::Docker &docker_;
    std::chrono::milliseconds patience_;
    std::mutex mutex_; // guards the following members
    std::condition_variable changed_;
    Read read_;
    bool ended_ = false; // nothing more will be read
    std::future<process::Outcome> outcome_;
};

} // namespace berth::image
