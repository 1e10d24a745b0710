// `-o DIR`: unpacks the tar stream that BuildKit exports, as the calling user.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>

namespace berth::build {

// Reads a tar stream from `input` (fills the buffer, 0 at the end) and puts its files below
// `directory`, which is made if missing. Files belong to the caller; modes are kept (setuid and
// setgid included only for root) and modification times too, as docker buildx does for
// type=local. A path, a symlink or a hard link that would leave the directory is refused with an
// Error that names it, and nothing outside is ever written. Device nodes are made when the caller
// may, else an Error.
void extract_tar(const std::function<std::size_t(char *buffer, std::size_t size)> &input,
                 const std::filesystem::path &directory);

} // namespace berth::build
