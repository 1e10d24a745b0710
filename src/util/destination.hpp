// SPDX-License-Identifier: Apache-2.0
// What a path leads to that a result is to be written to.
#pragma once

#include <filesystem>
#include <sys/stat.h>

namespace berth {

struct Destination {
    enum class Kind { missing, regular, fifo, special, directory, socket, descriptor, broken };
    Kind kind = Kind::missing;
    std::filesystem::path path; // behind all symlinks
    struct stat status = {};    // of what exists
    int descriptor = -1;        // of this process
    int error = 0;              // broken: why it cannot be reached (errno)
};

Destination find_destination(const std::filesystem::path &path);

// Can a file be created in, or removed from, the directory `path` is in? Where that does not exist:
// in the nearest directory above that does. 0, or the errno.
int why_not_creatable(const std::filesystem::path &path);
// The same for replacing an existing file by another one.
int why_not_replaceable(const Destination &target);

} // namespace berth
