// SPDX-License-Identifier: Apache-2.0
// Blobs of a build's builder, read over the connection of the build.
#pragma once

#include "berth/buildkit/connection.hpp"
#include "berth/image/blob_reader.hpp"

namespace berth::job {

class BuilderBlobs : public image::BlobReader {
  public:
    explicit BuilderBlobs(buildkit::Connection &connection) : connection_(connection) {}
    bool has(const std::string &digest) override;
    std::string document(const std::string &digest) override;
    std::function<std::string()> open(const std::string &digest) override;

  private:
    buildkit::Connection &connection_;
};

} // namespace berth::job
