// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/version_text.hpp"

#include "version_info.hpp" // made by cmake/write_version.cmake

#include <fmt/format.h>

namespace berth::cli {

std::string compatible_version() {
    return "v" BERTH_BUILDX_VERSION "+berth." BERTH_VERSION;
}

std::string short_commit() {
    constexpr std::size_t digits = 12;
    return std::string(version_commit, digits) + (version_has_changes ? "-changed" : "");
}

std::string version_line(bool as_buildx) {
    if (as_buildx)
        return fmt::format("github.com/docker/buildx {} {}\n", compatible_version(),
                           version_commit);
    return fmt::format("berth {} {} {}\n", compatible_version(), short_commit(), version_date);
}

} // namespace berth::cli
