// SPDX-License-Identifier: Apache-2.0
#include "blob_store.hpp"

#include "berth/context/source_walk.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace berth::session {
namespace {

namespace fs = std::filesystem;
using buildkit::GrpcError;
using buildkit::StatusCode;

fs::path blob_path(const fs::path &directory, const std::string &hex) {
    return directory / "blobs" / "sha256" / hex;
}

GrpcError no_blob(const std::string &digest) {
    return {StatusCode::not_found, fmt::format("content {}: not found", printable(digest))};
}

} // namespace

std::string hex_of(const std::string &digest) {
    constexpr std::string_view algorithm = "sha256:";
    auto hex = digest.starts_with(algorithm) ? digest.substr(algorithm.size()) : "";
    if (hex.size() != 64 || hex.find_first_not_of("0123456789abcdef") != std::string::npos)
        throw GrpcError(StatusCode::invalid_argument,
                        fmt::format("\"{}\" is not a sha256 digest", printable(digest)));
    return hex;
}

FileDescriptor BlobStore::open(const std::string &digest) const {
    auto path = blob_path(directory_.path, hex_of(digest));
    FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    struct stat status;
    if (!file && errno != ENOENT && errno != ENOTDIR)
        throw Error(fmt::format("cannot read {}: {}", printable(path.native()), errno_text(errno)));
    if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
        throw no_blob(digest);
    return file;
}

BlobInfo BlobStore::info(const std::string &digest) const {
    struct stat status;
    if (::stat(blob_path(directory_.path, hex_of(digest)).c_str(), &status) != 0 ||
        !S_ISREG(status.st_mode))
        throw no_blob(digest);
    return {.digest = digest, .size = status.st_size, .modified_ns = context::modified_ns(status)};
}

bool BlobStore::has(const std::string &digest) const {
    std::error_code ignored;
    return fs::is_regular_file(blob_path(directory_.path, hex_of(digest)), ignored);
}

std::vector<BlobInfo> BlobStore::list() const {
    std::vector<BlobInfo> all;
    std::error_code missing;
    for (const auto &entry :
         fs::directory_iterator(directory_.path / "blobs" / "sha256", missing)) {
        try {
            all.push_back(info("sha256:" + entry.path().filename().string()));
        } catch (const GrpcError &) { // no blob
        }
    }
    return all;
}

BlobWriter::BlobWriter(const fs::path &directory) : directory_(directory) {
    std::error_code error;
    fs::create_directories(directory / "ingest", error);
    if (!error)
        fs::create_directories(directory / "blobs" / "sha256", error);
    file_ = UnfinishedFile(directory / "ingest" / ("berth-" + random_hex(16)), 0644);
    if (!file_)
        fail();
}

void BlobWriter::fail() const {
    auto error = errno;
    throw Error(
        fmt::format("cannot write to {}: {}", printable(directory_.native()), errno_text(error)));
}

void BlobWriter::write(std::string_view bytes) {
    sum_.update(bytes);
    size_ += static_cast<std::int64_t>(bytes.size());
    if (!file_.write(bytes))
        fail();
}

void BlobWriter::restart() {
    if (::ftruncate(file_.get(), 0) != 0 || ::lseek(file_.get(), 0, SEEK_SET) != 0)
        fail();
    sum_ = Sha256();
    size_ = 0;
}

std::string BlobWriter::digest() const {
    auto so_far = sum_;
    return "sha256:" + so_far.hex();
}

void BlobWriter::commit(std::int64_t size, const std::string &expected) {
    if (size > 0 && size != size_)
        throw GrpcError(StatusCode::failed_precondition,
                        fmt::format("unexpected commit size {}, expected {}", size_, size));
    auto actual = digest();
    if (!expected.empty() && expected != actual)
        throw GrpcError(
            StatusCode::failed_precondition,
            fmt::format("unexpected commit digest {}, expected {}", actual, printable(expected)));
    auto path = blob_path(directory_, hex_of(actual));
    if (::fchmod(file_.get(), 0444) != 0 || !file_.move_to(path) || !file_.close())
        fail();
}

} // namespace berth::session
