// SPDX-License-Identifier: Apache-2.0
// The blobs in a builder: layers, manifests and configurations of images.
#pragma once

#include <functional>
#include <string>

namespace berth::image {

class BlobReader {
  public:
    virtual ~BlobReader() = default;
    // BuildKit does not fetch the layers of an image that a build only adds settings to.
    virtual bool has(const std::string &digest) = 0;
    // A JSON document, whole and of the right digest. Throws Error.
    virtual std::string document(const std::string &digest) = 0;
    // Each call of the result gives the next piece of the blob; an empty one is the end.
    virtual std::function<std::string()> open(const std::string &digest) = 0;
};

} // namespace berth::image
