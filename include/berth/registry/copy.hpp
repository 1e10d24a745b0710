// Copies images between registries and OCI layouts.
#pragma once

#include "berth/registry/images.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace berth::registry {

// Copies to one repository or layout. Calls may be made side by side; each blob is copied once.
class Copier {
  public:
    Copier(Images &images, Location to);
    ~Copier();
    Copier(const Copier &) = delete;
    Copier &operator=(const Copier &) = delete;

    // A manifest or index of `from` with everything below it, blobs first, and the attestations
    // and signatures that have it as their subject. What is there already stays; a registry's own
    // blobs are taken from its other repository without being sent.
    void copy(const Location &from, const Descriptor &descriptor);
    // Puts a document there under the tag of `to` (or its digest): what it names must be there. In
    // a layout the attestations that were copied and that nothing refers to become entries of its
    // index.
    void publish(const Location &to, const Document &document);

  private:
    class Work;
    std::unique_ptr<Work> work_;
};

} // namespace berth::registry
