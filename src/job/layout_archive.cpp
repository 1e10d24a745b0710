// SPDX-License-Identifier: Apache-2.0
#include "layout_archive.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/tar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

namespace berth::job {

namespace {

namespace fs = std::filesystem;

void write_directory(session::ByteSink &sink, const char *path) {
    std::string header;
    append_tar_header(header, {.path = path, .type = TarMember::directory, .mode = 0755});
    sink.write(header);
}

void write_member(session::ByteSink &sink, const std::string &name, const fs::path &path) {
    auto unreadable = [&path] {
        return Error(fmt::format("cannot read {}", printable(path.string())));
    };
    std::error_code missing;
    auto size = fs::file_size(path, missing);
    std::ifstream file(path, std::ios::binary);
    if (missing || !file)
        throw unreadable();
    std::string bytes;
    append_tar_header(bytes, {.path = name, .mode = 0644, .size = size});
    sink.write(bytes);
    constexpr std::size_t piece = 256u << 10;
    bytes.assign(piece, '\0');
    for (auto left = size; left > 0;) {
        auto count = std::min<std::uintmax_t>(left, piece);
        if (!file.read(bytes.data(), static_cast<std::streamsize>(count)))
            throw unreadable();
        sink.write(std::string_view(bytes).substr(0, count));
        left -= count;
    }
    sink.write(std::string(tar_padding(size), '\0'));
}

} // namespace

void write_layout_archive(const fs::path &layout, session::ByteSink &sink) {
    std::vector<fs::path> blobs;
    for (const auto &blob : fs::directory_iterator(layout / "blobs" / "sha256"))
        blobs.push_back(blob.path());
    std::sort(blobs.begin(), blobs.end());
    write_directory(sink, "blobs");
    write_directory(sink, "blobs/sha256");
    for (const auto &blob : blobs)
        write_member(sink, "blobs/sha256/" + blob.filename().string(), blob);
    for (const auto *name : {"index.json", "oci-layout"})
        write_member(sink, name, layout / name);
    std::string end;
    append_tar_end(end);
    sink.write(end);
    sink.finish();
}

} // namespace berth::job
