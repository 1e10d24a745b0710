// SPDX-License-Identifier: Apache-2.0
// Images in an OCI layout (https://github.com/opencontainers/image-spec/blob/main/image-layout.md).
#pragma once

#include "berth/registry/descriptor.hpp"
#include "berth/registry/http.hpp"
#include "berth/registry/location.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/file.hpp"

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace berth::registry {

std::filesystem::path blob_path(const std::string &directory, const std::string &digest);

// Throws Error: no such layout, tag or blob, or a blob with another digest.
Document read_layout_manifest(const Location &location);
std::string read_layout_document(const std::string &directory, const Descriptor &descriptor);

// The manifests that name `digest` as their subject, in the index or below it.
std::vector<Descriptor> read_layout_referrers(const std::string &directory,
                                              const std::string &digest);

// Opens a blob that is to be read elsewhere, after a look at its digest.
std::shared_ptr<Source> open_layout_blob(const std::string &directory,
                                         const Descriptor &descriptor);

bool layout_has(const std::string &directory, const std::string &digest);
// Takes a blob, and keeps it when its digest is right.
class LayoutWriter : public Sink {
  public:
    LayoutWriter(const std::string &directory, const Descriptor &descriptor);
    ~LayoutWriter() override;
    bool write(std::string_view bytes) override;
    void commit();

  private:
    const Descriptor descriptor_;
    std::filesystem::path path_, temporary_;
    FileDescriptor file_;
    Sha256 hash_;
    std::int64_t size_ = 0;
};

// Adds entries to the index: under the tag, or without a name when it is empty.
void put_in_layout(const std::string &directory, const Descriptor &descriptor,
                   const std::string &tag);
// The digests of everything that the index's entries lead to, but for those of a subject.
std::set<std::string> reachable_in_layout(const std::string &directory);

inline constexpr const char *layout_subject = "io.containerd.manifest.subject"; // an annotation

} // namespace berth::registry
