// SPDX-License-Identifier: Apache-2.0
// --local-images: images that only the engine has, served to BuildKit from the client. `docker
// save` creates an OCI layout of each, from which BuildKit reads missing blobs.
#pragma once

#include "berth/docker/docker.hpp"
#include "berth/job/local_images.hpp"
#include "berth/progress/display.hpp"
#include "berth/session/content.hpp"
#include "berth/util/file.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::job {

class SavedImages {
  public:
    // `cache`: the client's cache directory, below which layouts are kept by image ID, so that a
    // build on an unchanged image needs no `docker save` (seconds for each gigabyte, while BuildKit
    // reads a manifest of 1 kB when it has the layers). Keeps the eight layouts used last, for at
    // most a week; those used within the last hour may belong to a running build and stay. If
    // `cache` is empty or not writable, uses a temporary directory until this object is destroyed.
    SavedImages(const docker::Docker &docker, const std::filesystem::path &cache);

    // Finds the references that only the engine has, and saves those that are not cached: one
    // docker command, and one for each saved image. Throws Error.
    void bring(const std::vector<ImageReference> &references,
               const std::vector<std::string> &platforms, progress::Display &display,
               const progress::Task::Clock &now);

    // Frontend attributes: context:NAME to oci-layout://STORE@DIGEST.
    std::map<std::string, std::string> attributes() const;
    // For session::add_content.
    std::map<std::string, session::ContentDirectory> stores() const;

  private:
    struct Layout {
        std::string name, store, digest;
        std::filesystem::path directory;
    };
    const std::filesystem::path &directory();
    Layout provide(const LocalImage &image, progress::Task &task);
    std::string save(const LocalImage &image, const std::filesystem::path &directory,
                     progress::Task &task) const;

    const docker::Docker &docker_;
    std::filesystem::path cache_;
    std::optional<ScratchFolder> temporary_;
    std::vector<Layout> layouts_;
};

} // namespace berth::job
