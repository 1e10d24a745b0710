// The times in the builder that busybox tar leaves at the time of unpacking: they are part of an
// image's layers.
#include "berth/context/context_tree.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/tar.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace berth::context {
namespace {

constexpr std::size_t longest_command = std::size_t{64} * 1024; // far below any system's limit

} // namespace

std::string late_times(const Manifest &manifest, const std::vector<std::size_t> &send) {
    // busybox makes hard links, and symlinks that lead upwards, only after everything else.
    std::unordered_set<std::string_view> folders_of_links;
    for (auto i : send)
        if (auto entry = manifest.entries[i]; is_link(entry))
            folders_of_links.insert(parent_of(entry.path));

    std::vector<std::pair<std::int64_t, std::string_view>> files;
    for (auto i : send) {
        auto entry = manifest.entries[i];
        auto seconds = floor_seconds(entry.mtime_ns);
        if (entry.type == Entry::Type::symlink || seconds < 0 ||
            (entry.type == Entry::Type::directory && folders_of_links.contains(entry.path)))
            files.emplace_back(seconds, entry.path);
    }
    std::stable_sort(files.begin(), files.end(),
                     [](const auto &l, const auto &r) { return l.first < r.first; });

    // One touch for all files of a second.
    std::string script;
    std::size_t start = 0;
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (i == 0 || files[i].first != files[i - 1].first ||
            script.size() - start > longest_command) {
            start = script.size();
            script += i == 0 ? "touch -h -d @" : "\ntouch -h -d @";
            script += std::to_string(files[i].first) + " --";
        }
        script += ' ' + shell_quote(files[i].second);
    }
    return script.empty() ? script : script + '\n';
}

std::string renewed_times(const Manifest &manifest, const std::vector<std::size_t> &renew) {
    std::string script;
    for (auto i : renew)
        script += "touch -- " + shell_quote(manifest.entries[i].path) + "\n";
    return script;
}

} // namespace berth::context
