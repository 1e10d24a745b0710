// SPDX-License-Identifier: Apache-2.0
// The blobs in a builder: layers, manifests and configurations of images.
#pragma once

#include <functional>
#include <string>

namespace berth::image {

class BlobReader {
  public:
    virtual ~BlobReader() = default;
    // May be false: BuildKit does not fetch the layers of an image to which a build only adds
    // settings.
    virtual bool has(const std::string &digest) = 0;
    // A whole JSON document with a verified digest. Throws Error.
    virtual std::string document(const std::string &digest) = 0;
    // Each call of the result returns the next piece of the blob; an empty piece is the end.
    virtual std::function<std::string()> open(const std::string &digest) = 0;
};

} // namespace berth::image
