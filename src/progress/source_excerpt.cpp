// SPDX-License-Identifier: Apache-2.0
#include "berth/progress/source_excerpt.hpp"

#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace berth::progress {
namespace {

struct Lines {
    int first = 0, last = 0; // from 1
};

int last_line(const SourceRange &range) {
    return std::max(range.start_line, range.end_line);
}

// From the first marked line to the last one.
Lines extent(const std::vector<SourceRange> &ranges) {
    Lines lines{.first = ranges.front().start_line, .last = 0};
    for (const auto &range : ranges) {
        lines.first = std::min(lines.first, range.start_line);
        lines.last = std::max(lines.last, last_line(range));
    }
    return lines;
}

// Adds two lines on each side of a single line, one on each side of several. If one side has fewer,
// the other side shows more.
Lines with_context(Lines lines, int count) {
    for (int padding = lines.first == lines.last ? 4 : 2; padding > 0; --padding) {
        if (lines.first > 1) {
            --lines.first;
            --padding;
        }
        if (lines.last < count) {
            ++lines.last;
            --padding;
        }
    }
    return lines;
}

// Marked lines. Counts the ranges that begin and end at each line, since they may be very many.
std::vector<bool> marks(const std::vector<SourceRange> &ranges, int count) {
    std::vector<int> depth(static_cast<std::size_t>(count) + 2);
    for (const auto &range : ranges) {
        if (range.start_line > count)
            continue;
        ++depth[static_cast<std::size_t>(range.start_line)];
        --depth[static_cast<std::size_t>(std::min(last_line(range), count)) + 1];
    }
    std::vector<bool> marked(depth.size());
    int now = 0;
    for (std::size_t line = 0; line < depth.size(); ++line)
        marked[line] = (now += depth[line]) > 0;
    return marked;
}

// Keeps Windows' line ends, which are harmless on a terminal.
std::string shown_line(std::string_view line) {
    bool windows = line.ends_with('\r');
    return printable(line.substr(0, line.size() - (windows ? 1 : 0)), true) + (windows ? "\r" : "");
}

} // namespace

std::string source_excerpt(const std::string &file_name, const std::string &data,
                           const std::vector<SourceRange> &ranges) {
    if (ranges.empty())
        return {};
    constexpr std::size_t most = 1'000'000;
    auto lines = split(data, '\n');
    int count = static_cast<int>(std::min(lines.size(), most));
    auto pointed = extent(ranges);
    if (pointed.first < 1 || pointed.first > count)
        return {};
    pointed.last = std::min(pointed.last, count);
    auto shown = with_context(pointed, count);
    auto marked = marks(ranges, count);
    auto text = fmt::format("{}:{}\n--------------------\n", printable(file_name), pointed.first);
    for (int line = shown.first; line <= shown.last; ++line) {
        auto at = static_cast<std::size_t>(line);
        text += fmt::format(" {:3} | {} {}\n", line, marked[at] ? ">>>" : "   ",
                            shown_line(lines[at - 1]));
    }
    return text + "--------------------\n";
}

} // namespace berth::progress
