// The warnings at the end of a build.
#include "berth/progress/display.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>

namespace berth::progress {

// The lines a warning points at, with a few around them:
//     Dockerfile:2
//     --------------------
//        1 |     FROM busybox
//        2 | >>> ENV a b
//     --------------------
std::string source_excerpt(const VertexWarning &warning) {
    if (warning.ranges.empty() || warning.file_data.empty())
        return {};
    auto lines = split(warning.file_data, '\n');
    int count = static_cast<int>(std::min<std::size_t>(lines.size(), 1'000'000));
    int first = count + 1, last = 0;
    std::vector<bool> marked(static_cast<std::size_t>(count) + 1);
    for (auto &range : warning.ranges) {
        int start = std::max(range.start_line, 1);
        int end = std::min(std::max(range.end_line, range.start_line), count);
        if (start > end)
            continue;
        first = std::min(first, start);
        last = std::max(last, end);
        for (int line = start; line <= end; ++line)
            marked[static_cast<std::size_t>(line)] = true;
    }
    if (last == 0)
        return {};
    // BuildKit's rule for how much is shown around: two lines each side of one, one of several.
    int from = first, to = last;
    for (int padding = first == last ? 4 : 2; padding > 0; --padding) {
        if (from > 1) {
            --from;
            --padding;
        }
        if (to < count) {
            ++to;
            --padding;
        }
    }
    auto text = fmt::format("{}:{}\n--------------------\n", printable(warning.file_name), first);
    for (int line = from; line <= to; ++line) {
        auto at = static_cast<std::size_t>(line);
        text += fmt::format(" {:3} | {} {}\n", line, marked[at] ? ">>>" : "   ",
                            printable(lines[at - 1], true));
    }
    return text + "--------------------\n";
}

void print_warnings(std::ostream &out, const std::vector<VertexWarning> &all, bool colour,
                    bool debug) {
    // A build for several platforms warns of the same once for each.
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
