// SPDX-License-Identifier: Apache-2.0
#include "berth/image/oci_index.hpp"
#include "berth/util/error.hpp"
#include "berth/util/output_file.hpp"
#include "berth/util/strings.hpp"

#include "layout.hpp"
#include "limits.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::registry {

namespace {

constexpr std::size_t piece = 256u << 10; // bytes

class BlobFile : public Source {
  public:
    explicit BlobFile(const std::filesystem::path &path)
        : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), path_(path) {
        if (!file_)
            throw Error(
                fmt::format("cannot read {}: {}", printable(path.string()), errno_text(errno)));
    }
    State read(char *buffer, std::size_t size, std::size_t &count) override {
        auto got = ::read(file_.get(), buffer, size);
        if (got < 0)
            throw Error(
                fmt::format("cannot read {}: {}", printable(path_.string()), errno_text(errno)));
        count = static_cast<std::size_t>(got);
        return State::bytes;
    }

  private:
    FileDescriptor file_;
    std::filesystem::path path_;
};

void check_blob(const std::filesystem::path &path, const Descriptor &descriptor) {
    BlobFile file(path);
    Sha256 hash;
    std::int64_t size = 0;
    std::string buffer(piece, '\0');
    for (std::size_t count = 1; count > 0;) {
        file.read(buffer.data(), buffer.size(), count);
        hash.update(std::string_view(buffer).substr(0, count));
        size += static_cast<std::int64_t>(count);
    }
    if (size != descriptor.size || "sha256:" + hash.hex() != descriptor.digest)
        throw Error(
            fmt::format("{} is not what its name and descriptor say", printable(path.string())));
}

void reach(const std::string &directory, const Descriptor &descriptor,
           std::set<std::string> &found) {
    if (!found.insert(descriptor.digest).second || found.size() > most_visited ||
        descriptor.media_type != media::oci_index)
        return;
    for (const auto &child : children({descriptor, read_layout_document(directory, descriptor)}))
        reach(directory, child, found);
}

} // namespace

std::shared_ptr<Source> open_layout_blob(const std::string &directory,
                                         const Descriptor &descriptor) {
    check_digest(descriptor.digest, directory);
    auto path = blob_path(directory, descriptor.digest);
    check_blob(path, descriptor);
    return std::make_shared<BlobFile>(path);
}

bool layout_has(const std::string &directory, const std::string &digest) {
    return image::has_blob(directory, digest);
}

LayoutWriter::LayoutWriter(const std::string &directory, const Descriptor &descriptor)
    : descriptor_(descriptor) {
    check_digest(descriptor.digest, directory);
    path_ = blob_path(directory, descriptor.digest);
    if (!make_directories(path_.parent_path()))
        throw Error(fmt::format("cannot create the directory {}: {}",
                                printable(path_.parent_path().string()), errno_text(errno)));
    file_ = UnfinishedFile(path_.string() + "." + random_hex(8), 0644);
    if (!file_)
        fail();
}

void LayoutWriter::fail() const {
    auto error = errno;
    throw Error(fmt::format("cannot write {}: {}", printable(path_.string()), errno_text(error)));
}

bool LayoutWriter::write(std::string_view bytes) {
    size_ += static_cast<std::int64_t>(bytes.size());
    if (size_ > descriptor_.size)
        throw Error(fmt::format("{} is longer than the {} bytes of its descriptor",
                                descriptor_.digest, descriptor_.size));
    hash_.update(bytes);
    if (!file_.write(bytes))
        fail();
    return true;
}

void LayoutWriter::commit() {
    if (size_ != descriptor_.size || "sha256:" + hash_.hex() != descriptor_.digest)
        throw Error(fmt::format("what came for {} has another digest or size", descriptor_.digest));
    if (!file_.move_to(path_) || !file_.close())
        fail();
}

void put_in_layout(const std::string &directory, const Descriptor &descriptor,
                   const std::string &tag) {
    std::vector<image::OciName> names;
    if (!tag.empty())
        names.push_back({.value = tag});
    image::put_in_oci_index(directory, nlohmann::json(descriptor_json(descriptor)), names);
}

std::set<std::string> reachable_in_layout(const std::string &directory) {
    std::set<std::string> found;
    auto index = image::read_oci_index(directory);
    if (index.is_null())
        return found;
    for (const auto &entry : index["manifests"]) {
        auto descriptor = parse_descriptor(entry, directory + "/index.json");
        if (descriptor.annotation(layout_subject).empty())
            reach(directory, descriptor, found);
    }
    return found;
}

} // namespace berth::registry
