// SPDX-License-Identifier: Apache-2.0
#include "build_details.hpp"

#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iterator>
#include <system_error>

namespace berth::job {

bool has_docker_desktop(const Environment &environment) {
    auto home = environment.get("HOME");
    std::error_code none;
    return !home.empty() &&
           std::filesystem::exists(
               std::filesystem::path(home) / ".docker" / "desktop-build" / ".lastaccess", none);
}

std::string build_details(const std::vector<std::pair<std::string, std::string>> &builds,
                          bool terminal) {
    if (builds.empty())
        return {};
    std::string text = "\nView build details: ";
    for (const auto &[target, ref] : builds) {
        auto address = "docker-desktop://dashboard/build/" + printable(ref);
        if (builds.size() > 1)
            fmt::format_to(std::back_inserter(text), "\n  {}: ", printable(target));
        if (terminal) // OSC 8
            fmt::format_to(std::back_inserter(text), "\x1b]8;;{0}\x1b\\{0}\x1b]8;;\x1b\\", address);
        else
            text += address;
    }
    return text + "\n";
}

} // namespace berth::job
