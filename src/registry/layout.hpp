// SPDX-License-Identifier: Apache-2.0
// Images in an OCI layout (https://github.com/opencontainers/image-spec/blob/main/image-layout.md).
#pragma once

#include "berth/registry/descriptor.hpp"
#include "berth/registry/http.hpp"
#include "berth/registry/location.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/file.hpp"
#include "berth/util/unfinished_file.hpp"

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace berth::registry {

std::filesystem::path blob_path(const std::string &directory, const std::string &digest);

// Throws Error if the layout, tag or blob is missing, or the digest of the blob differs.
Document read_layout_manifest(const Location &location);
std::string read_layout_document(const std::string &directory, const Descriptor &descriptor);

// The manifests that name `digest` as their subject, in the index or below it.
std::vector<Descriptor> read_layout_referrers(const std::string &directory,
                                              const std::string &digest);

// Opens a blob for a transfer, after checking its digest.
std::shared_ptr<Source> open_layout_blob(const std::string &directory,
                                         const Descriptor &descriptor);

bool layout_has(const std::string &directory, const std::string &digest);
// Writes a blob, and keeps it only if its digest matches.
class LayoutWriter : public Sink {
  public:
    LayoutWriter(const std::string &directory, const Descriptor &descriptor);
    bool write(std::string_view bytes) override;
    void commit();

  private:
    [[noreturn]] void fail() const;

    const Descriptor descriptor_;
    std::filesystem::path path_;
    UnfinishedFile file_;
    Sha256 hash_;
    std::int64_t size_ = 0;
};

// Adds an entry to the index, under the tag (empty: without a name).
void put_in_layout(const std::string &directory, const Descriptor &descriptor,
                   const std::string &tag);
// The digests of everything that the entries of the index reach, except entries that name a
// subject.
std::set<std::string> reachable_in_layout(const std::string &directory);

inline constexpr const char *layout_subject = "io.containerd.manifest.subject"; // an annotation

} // namespace berth::registry
