// SPDX-License-Identifier: Apache-2.0
// The times of a file, whose names differ between systems.
#pragma once

#include <cstdint>
#include <ctime>
#include <sys/stat.h>

namespace berth::context {

inline std::int64_t nanoseconds(const timespec &time) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000u +
                                     static_cast<std::uint64_t>(time.tv_nsec));
}

#ifdef __APPLE__
inline const timespec &modified_time(const struct stat &status) {
    return status.st_mtimespec;
}
inline const timespec &changed_time(const struct stat &status) {
    return status.st_ctimespec;
}
#else
inline const timespec &modified_time(const struct stat &status) {
    return status.st_mtim;
}
inline const timespec &changed_time(const struct stat &status) {
    return status.st_ctim;
}
#endif

} // namespace berth::context
