// SPDX-License-Identifier: Apache-2.0
// Headers of GNU tar's format, the one that busybox tar reads completely: long names, big sizes,
// times before 1970. (libarchive also writes it, but its writer links all other formats with their
// compression libraries, and clamps times.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace berth {

inline constexpr std::size_t tar_block = 512;
// Padding of a member's content to whole blocks.
inline std::size_t tar_padding(std::uint64_t size) {
    return static_cast<std::size_t>((tar_block - size % tar_block) % tar_block);
}

struct TarMember {
    // Values of the format.
    static constexpr char file = '0', hard_link = '1', symlink = '2', character = '3', block = '4',
                          directory = '5', fifo = '6';
    std::string_view path;
    char type = file;
    std::uint32_t mode = 0;
    std::uint64_t size = 0; // of a file
    std::int64_t mtime = 0; // seconds since 1970
    std::string_view link_target = {};
    std::uint64_t device = 0;
};

// Appends all header blocks of a member: owner 0:0, no names. The content of a file must follow,
// `size` bytes and padding.
void append_tar_header(std::string &stream, const TarMember &member);

// Nanoseconds since 1970 to seconds, rounded down.
std::int64_t floor_seconds(std::int64_t nanoseconds);

// Two empty blocks.
void append_tar_end(std::string &stream);

} // namespace berth
