// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/table.hpp"

#include "berth/builder/platform.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace berth::cli {

namespace {

// The width of the widest cell of each column.
std::vector<std::size_t> column_widths(const Rows &rows) {
    std::vector<std::size_t> widths;
    for (const auto &row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    }
    return widths;
}

} // namespace

void print_table(std::ostream &out, const Rows &rows) {
    constexpr std::size_t gap = 3, narrowest = 10;
    auto widths = column_widths(rows);
    for (const auto &row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            out << (i + 1 == row.size()
                        ? row[i]
                        : fmt::format("{:<{}}", row[i], std::max(widths[i] + gap, narrowest)));
        out << '\n';
    }
}

void print_tabbed(std::ostream &out, const Rows &rows) {
    constexpr std::size_t stop = 8;
    auto widths = column_widths(rows);
    for (const auto &row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            out << row[i];
            if (i + 1 == row.size())
                break;
            auto end = widths[i] / stop + 1; // of the column, in tab stops
            out << std::string(end - row[i].size() / stop, '\t');
        }
        out << '\n';
    }
}

void print_elastic(std::ostream &out, const Rows &lines) {
    std::vector<std::vector<std::size_t>> widths(lines.size());
    for (std::size_t column = 0, most = 1; column < most; ++column)
        for (std::size_t i = 0; i < lines.size();) {
            most = std::max(most, lines[i].size());
            std::size_t end = i, widest = 0;
            for (; end < lines.size() && column + 1 < lines[end].size(); ++end)
                widest = std::max(widest, lines[end][column].size() + 1);
            for (auto k = i; k < end; ++k)
                widths[k].push_back(widest);
            i = std::max(end, i + 1);
        }
    for (std::size_t i = 0; i < lines.size(); ++i) {
        for (std::size_t k = 0; k < lines[i].size(); ++k)
            out << (k < widths[i].size() ? fmt::format("{:<{}}", lines[i][k], widths[i][k])
                                         : lines[i][k]);
        out << '\n';
    }
}

std::string platform_text(const store::Platform &platform) {
    return builder::format_platform(platform);
}

std::vector<std::string> node_platforms(const store::NodeRecord &node,
                                        const std::vector<std::string> &worker) {
    std::vector<std::string> platforms;
    if (node.platforms)
        for (const auto &platform : *node.platforms)
            platforms.push_back(platform_text(platform) + "*");
    for (const auto &platform : worker)
        if (std::find(platforms.begin(), platforms.end(), platform + "*") == platforms.end())
            platforms.push_back(platform);
    return platforms;
}

std::string short_platforms(const std::vector<std::string> &platforms) {
    // Common platforms first, in docker buildx's order; the rest sorted by name.
    static const std::vector<std::string> first = {"linux/amd64",   "linux/arm64", "linux/arm",
                                                   "linux/ppc64le", "linux/s390x", "linux/riscv64",
                                                   "linux/mips64"};
    struct Group {
        std::string only; // the platform, if it is the only one
        int count = 0;
        bool fixed = false; // one of them was fixed by the user
    };
    std::map<std::pair<std::ptrdiff_t, std::string>, Group> groups;
    for (const auto &platform : platforms) {
        bool fixed = platform.ends_with('*');
        auto parts = split(platform.substr(0, platform.size() - (fixed ? 1 : 0)), '/');
        auto family = parts[0] + (parts.size() > 1 ? "/" + parts[1] : "");
        auto rank = std::find(first.begin(), first.end(), family) - first.begin();
        auto &group = groups[{rank, family}];
        group.only = platform;
        ++group.count;
        group.fixed |= fixed;
    }
    constexpr std::size_t most = 4;
    std::vector<std::string> texts;
    for (const auto &[key, group] : groups) {
        if (texts.size() == most) {
            texts.push_back(fmt::format("({} more)", groups.size() - most));
            break;
        }
        texts.push_back(group.count == 1 ? group.only
                                         : fmt::format("{}{} (+{})", key.second,
                                                       group.fixed ? "*" : "", group.count));
    }
    return join(texts, ", ");
}

} // namespace berth::cli
