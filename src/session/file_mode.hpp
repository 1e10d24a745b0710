// SPDX-License-Identifier: Apache-2.0
// Go's os.FileMode, BuildKit's form of file modes.
#pragma once

#include <cstdint>
#include <sys/stat.h>

namespace berth::session {

inline constexpr std::uint32_t go_directory = 1u << 31;
inline constexpr std::uint32_t go_symlink = 1u << 27;
inline constexpr std::uint32_t go_device = 1u << 26;
inline constexpr std::uint32_t go_pipe = 1u << 25;
inline constexpr std::uint32_t go_socket = 1u << 24;
inline constexpr std::uint32_t go_setuid = 1u << 23;
inline constexpr std::uint32_t go_setgid = 1u << 22;
inline constexpr std::uint32_t go_character = 1u << 21;
inline constexpr std::uint32_t go_sticky = 1u << 20;
inline constexpr std::uint32_t go_irregular = 1u << 19;
inline constexpr std::uint32_t go_type =
    go_directory | go_symlink | go_device | go_pipe | go_socket | go_character | go_irregular;

// Like fsutil, lists a socket as a regular file.
inline std::uint32_t to_go_mode(mode_t mode) {
    std::uint32_t result = mode & 0777u;
    if (mode & S_ISUID)
        result |= go_setuid;
    if (mode & S_ISGID)
        result |= go_setgid;
    if (mode & S_ISVTX)
        result |= go_sticky;
    if (S_ISDIR(mode))
        result |= go_directory;
    else if (S_ISLNK(mode))
        result |= go_symlink;
    else if (S_ISFIFO(mode))
        result |= go_pipe;
    else if (S_ISCHR(mode))
        result |= go_device | go_character;
    else if (S_ISBLK(mode))
        result |= go_device;
    return result;
}

// Permission bits with setuid, setgid and sticky.
inline mode_t permissions(std::uint32_t go_mode) {
    mode_t result = go_mode & 0777u;
    if (go_mode & go_setuid)
        result |= S_ISUID;
    if (go_mode & go_setgid)
        result |= S_ISGID;
    if (go_mode & go_sticky)
        result |= S_ISVTX;
    return result;
}

// Whether it has content to request. Both sides of a transfer number files by this.
inline bool has_content(std::uint32_t go_mode) {
    return (go_mode & go_type) == 0;
}

} // namespace berth::session
