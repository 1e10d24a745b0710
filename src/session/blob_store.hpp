// SPDX-License-Identifier: Apache-2.0
// The blobs of an OCI layout.
#pragma once

#include "berth/session/content.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/file.hpp"
#include "berth/util/unfinished_file.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

namespace berth::session {

struct BlobInfo {
    std::string digest;
    std::int64_t size = 0, modified_ns = 0;
};

// A blob being written. Removed unless committed.
class BlobWriter {
  public:
    explicit BlobWriter(const std::filesystem::path &directory);

    void write(std::string_view bytes); // throws Error
    void restart();                     // from the beginning
    std::int64_t size() const { return size_; }
    std::string digest() const; // of the bytes so far
    // Throws GrpcError if size or digest differ (0, "": accepts any).
    void commit(std::int64_t size, const std::string &digest);

  private:
    [[noreturn]] void fail() const;

    std::filesystem::path directory_;
    UnfinishedFile file_;
    Sha256 sum_;
    std::int64_t size_ = 0;
};

// Every function throws GrpcError: invalid_argument for anything but a sha256 digest, not_found for
// a missing blob.
class BlobStore {
  public:
    explicit BlobStore(ContentDirectory directory) : directory_(std::move(directory)) {}

    BlobInfo info(const std::string &digest) const;
    FileDescriptor open(const std::string &digest) const;
    bool has(const std::string &digest) const;
    std::vector<BlobInfo> list() const;
    const ContentDirectory &directory() const { return directory_; }

  private:
    ContentDirectory directory_;
};

// The 64 hex digits of "sha256:…". Throws GrpcError.
std::string hex_of(const std::string &digest);

} // namespace berth::session
