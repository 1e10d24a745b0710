// SPDX-License-Identifier: Apache-2.0
// Copies images between registries and OCI layouts.
#pragma once

#include "berth/registry/images.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace berth::registry {

// Copies to one repository or layout. Calls may be concurrent; each blob is copied once.
class Copier {
  public:
    Copier(Images &images, Location to);
    ~Copier();
    Copier(const Copier &) = delete;
    Copier &operator=(const Copier &) = delete;

    // Copies a manifest or index of `from` with all its children, blobs first, and with the
    // attestations and signatures that refer to it. Skips existing content, and mounts blobs
    // between repositories of one registry.
    void copy(const Location &from, const Descriptor &descriptor);
    // Publishes a document under the tag of `to`, or under its digest; its children must exist. In
    // a layout, copied referrers that no index entry leads to become entries of their own.
    void publish(const Location &to, const Document &document);

  private:
    class Work;
    std::unique_ptr<Work> work_;
};

} // namespace berth::registry
