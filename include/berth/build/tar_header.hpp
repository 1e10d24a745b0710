// Headers of GNU tar's format, the one that busybox tar reads completely: long names, big sizes,
// times before 1970. (libarchive writes it, too, but its writer brings all other formats along with
// their compression libraries, and clamps times.)
#pragma once

#include "berth/build/context_tree.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace berth::build {

inline constexpr std::size_t tar_block = 512;
// What fills up a member's content to whole blocks.
inline std::size_t tar_padding(std::uint64_t size) {
    return static_cast<std::size_t>((tar_block - size % tar_block) % tar_block);
}

// Appends all header blocks of an entry: owner 0:0, no names, whole seconds (rounded down). The
// content of a file, entry.size bytes and padding, is to follow.
void append_tar_header(std::string &stream, const Entry &entry);

// Nanoseconds since 1970 to seconds, rounded down.
std::int64_t floor_seconds(std::int64_t nanoseconds);

} // namespace berth::build
