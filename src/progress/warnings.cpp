// SPDX-License-Identifier: Apache-2.0
// The warnings at the end of a build.
#include "berth/progress/display.hpp"
#include "berth/progress/source_excerpt.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <tuple>

namespace berth::progress {

std::string source_excerpt(const VertexWarning &warning) {
    return warning.file_data.empty()
               ? ""
               : source_excerpt(warning.file_name, warning.file_data, warning.ranges);
}

void print_warnings(std::ostream &out, const std::vector<VertexWarning> &all, bool colour,
                    bool debug) {
    // A multi-platform build repeats a warning for each platform.
    std::vector<const VertexWarning *> warnings;
    std::set<std::tuple<std::string_view, std::string_view, std::string_view, int>> seen;
    for (auto &warning : all)
        if (seen.emplace(warning.summary, warning.url, warning.file_name,
                         warning.ranges.empty() ? 0 : warning.ranges.front().start_line)
                .second)
            warnings.push_back(&warning);
    if (warnings.empty())
        return;
    auto text =
        fmt::format("\n {}{} warning{} found{}:\n{}", colour ? "\x1b[33m" : "", warnings.size(),
                    warnings.size() == 1 ? "" : "s", debug ? "" : " (use docker --debug to expand)",
                    colour ? "\x1b[0m" : "");
    for (auto *entry : warnings) {
        auto &warning = *entry;
        text += fmt::format(" - {}\n", printable(warning.summary, true));
        if (!debug)
            continue;
        for (auto &line : warning.detail)
            text += printable(line, true) + '\n';
        if (!warning.url.empty())
            text += fmt::format("More info: {}\n", printable(warning.url));
        text += source_excerpt(warning) + '\n';
    }
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

} // namespace berth::progress
