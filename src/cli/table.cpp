#include "berth/cli/table.hpp"

#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::cli {

void print_table(std::ostream &out, const std::vector<std::vector<std::string>> &rows) {
    std::vector<std::size_t> widths;
    for (const auto &row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    }
    for (const auto &row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            out << (i + 1 == row.size() ? row[i] : fmt::format("{:<{}}", row[i], widths[i] + 3));
        out << '\n';
    }
}

std::string platform_text(const store::Platform &platform) {
    auto text = platform.os + "/" + platform.architecture;
    return platform.variant.empty() ? text : text + "/" + platform.variant;
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
    struct Group {
        std::string first, family; // os/arch
        int more = 0;
    };
    std::vector<Group> groups;
    for (const auto &platform : platforms) {
        auto parts = split(platform, '/');
        auto family = parts[0] + (parts.size() > 1 ? "/" + parts[1] : "");
        // What a builder was given stays to be seen.
        auto same = std::find_if(groups.begin(), groups.end(), [&](const Group &group) {
            return group.family == family && !platform.ends_with('*');
        });
        if (same == groups.end())
            groups.push_back({.first = platform, .family = family});
        else
            ++same->more;
    }
    constexpr std::size_t most = 4;
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < std::min(groups.size(), most); ++i)
        texts.push_back(groups[i].more == 0
                            ? groups[i].first
                            : fmt::format("{} (+{})", groups[i].first, groups[i].more));
    if (groups.size() > most)
        texts.push_back(fmt::format("({} more)", groups.size() - most));
    return join(texts, ", ");
}

} // namespace berth::cli
