// SPDX-License-Identifier: Apache-2.0
// Resolves the path of a result file.
#pragma once

#include <filesystem>
#include <sys/stat.h>

namespace berth {

struct Destination {
    enum class Kind { missing, regular, fifo, special, directory, socket, descriptor, broken };
    Kind kind = Kind::missing;
    std::filesystem::path path; // with all symlinks resolved
    struct stat status = {};    // if it exists
    int descriptor = -1;        // of this process
    int error = 0;              // broken: the errno
};

Destination find_destination(const std::filesystem::path &path);

// Whether a file can be created in, or removed from, the directory of `path`, or else the nearest
// existing directory above. Returns 0, or the errno.
int why_not_creatable(const std::filesystem::path &path);
// The same for replacing an existing file.
int why_not_replaceable(const Destination &target);

} // namespace berth
