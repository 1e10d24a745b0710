// SPDX-License-Identifier: Apache-2.0
// An image archive that is produced while it is read: tar members of known size, one after the
// other.
#include "berth/image/image_archive.hpp"
#include "berth/image/oci_index.hpp"
#include "berth/util/error.hpp"
#include "berth/util/tar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace berth::image {
namespace {

class ArchiveStream {
  public:
    ArchiveStream(const ImageArchive &archive, BlobReader &blobs)
        : blobs_(blobs), layers_(archive.sent_layers()) {
        add("oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
        add("index.json", archive.index_json());
        add("manifest.json", archive.manifest_json());
        add(blob_name(archive.image.config_digest), archive.image.config);
        if (archive.image.manifest_digest != archive.image.config_digest)
            add(blob_name(archive.image.manifest_digest), archive.image.manifest);
    }

    std::size_t read(char *buffer, std::size_t size) {
        while (at_ == ready_.size())
            if (!next())
                return 0;
        auto count = std::min(size, ready_.size() - at_);
        std::memcpy(buffer, ready_.data() + at_, count);
        at_ += count;
        return count;
    }

  private:
    static std::string blob_name(const std::string &digest) {
        return "blobs/sha256/" + hex_of(digest);
    }

    void add_header(const std::string &name, std::int64_t size) {
        append_tar_header(ready_,
                          {.path = name, .mode = 0644, .size = static_cast<std::uint64_t>(size)});
    }

    void add(const std::string &name, const std::string &content) {
        add_header(name, static_cast<std::int64_t>(content.size()));
        ready_ += content;
        ready_.append(tar_padding(content.size()), '\0');
    }

    // Prepares the next bytes; false at the end.
    bool next() {
        ready_.clear();
        at_ = 0;
        if (piece_)
            read_piece();
        else if (layer_ < layers_.size())
            begin_layer();
        else if (!std::exchange(ended_, true))
            append_tar_end(ready_);
        else
            return false;
        return true;
    }

    void begin_layer() {
        const auto &layer = layers_[layer_];
        add_header(blob_name(layer.digest), layer.size);
        piece_ = blobs_.open(layer.digest);
        left_ = layer.size;
    }

    void read_piece() {
        ready_ = piece_();
        auto count = static_cast<std::int64_t>(ready_.size());
        const auto &layer = layers_[layer_];
        if (count > left_ || (count == 0 && left_ > 0))
            throw Error(
                fmt::format("the layer {} of the builder is {} than the {} bytes in its manifest",
                            layer.digest, count == 0 ? "shorter" : "longer", layer.size),
                ExitCode::failure, "build again");
        left_ -= count;
        if (count > 0)
            return;
        ready_.append(tar_padding(static_cast<std::uint64_t>(layer.size)), '\0');
        piece_ = nullptr;
        ++layer_;
    }

    BlobReader &blobs_;
    std::vector<BuiltLayer> layers_;
    std::string ready_;
    std::size_t at_ = 0;    // of ready_
    std::size_t layer_ = 0; // the current or next one
    std::function<std::string()> piece_;
    std::int64_t left_ = 0; // bytes of it
    bool ended_ = false;
};

} // namespace

std::function<std::size_t(char *, std::size_t)> archive_stream(const ImageArchive &archive,
                                                               BlobReader &blobs) {
    auto stream = std::make_shared<ArchiveStream>(archive, blobs);
    return [stream](char *buffer, std::size_t size) { return stream->read(buffer, size); };
}

} // namespace berth::image
