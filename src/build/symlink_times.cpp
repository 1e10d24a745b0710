// The times of symlinks in the builder: they are part of an image's layers, and busybox tar leaves
// them at the time of unpacking.
#include "berth/build/context_tree.hpp"
#include "berth/util/strings.hpp"

#include <algorithm>
#include <utility>

namespace berth::build {
namespace {

constexpr std::size_t longest_command = 64 * 1024; // far below any system's limit

std::int64_t floor_seconds(std::int64_t ns) {
    constexpr std::int64_t second = 1'000'000'000;
    return ns / second - (ns % second < 0);
}

} // namespace

std::string symlink_times(const Manifest &manifest, const std::vector<std::size_t> &send) {
    std::vector<std::pair<std::int64_t, const std::string *>> links;
    for (auto i : send)
        if (const auto &entry = manifest.entries.at(i); entry.type == Entry::Type::symlink)
            links.emplace_back(floor_seconds(entry.mtime_ns), &entry.path);
    std::stable_sort(links.begin(), links.end(),
                     [](const auto &l, const auto &r) { return l.first < r.first; });

    // One touch for all links of a second.
    std::string script;
    std::size_t start = 0;
    for (std::size_t i = 0; i < links.size(); ++i) {
        if (i == 0 || links[i].first != links[i - 1].first ||
            script.size() - start > longest_command) {
            start = script.size();
            script += i == 0 ? "touch -h -d @" : "\ntouch -h -d @";
            script += std::to_string(links[i].first) + " --";
        }
        script += ' ' + shell_quote(*links[i].second);
    }
    return script.empty() ? script : script + '\n';
}

} // namespace berth::build
