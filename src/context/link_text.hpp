// SPDX-License-Identifier: Apache-2.0
// Reads the target of a symlink.
#pragma once

#include <optional>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::context {

// Nothing, with errno set, if it cannot be read. `status` has its probable length.
inline std::optional<std::string> read_link(int directory, const std::string &name,
                                            const struct stat &status) {
    std::string target(static_cast<std::size_t>(status.st_size) + 1, '\0');
    for (;;) {
        auto size = ::readlinkat(directory, name.c_str(), target.data(), target.size());
        if (size < 0)
            return std::nullopt;
        bool all = static_cast<std::size_t>(size) < target.size();
        target.resize(all ? static_cast<std::size_t>(size) : 2 * target.size());
        if (all)
            return target;
    }
}

} // namespace berth::context
