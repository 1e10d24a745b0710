// SPDX-License-Identifier: Apache-2.0
// The rules of fsutil's filter: https://github.com/tonistiigi/fsutil, filter.go
#include "source_filter.hpp"

#include "berth/util/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::context {
namespace {

IgnorePatterns compile(const char *what, const std::vector<std::string> &patterns) {
    try {
        return IgnorePatterns::compile(patterns);
    } catch (const Error &error) {
        throw Error(fmt::format("invalid {} patterns: {}", what, error.what()));
    }
}

// Drops paths below another one. Empty (no filter) if the root is among them.
std::vector<std::string> without_repeats(const std::vector<std::string> &paths) {
    std::vector<std::string> result;
    std::string last; // like fsutil, begins with an empty one, and so drops absolute patterns
    for (const auto &path : paths) {
        if (path == ".")
            return {};
        if (path.starts_with(last + "/"))
            continue;
        result.push_back(path);
        last = path;
    }
    return result;
}

std::vector<std::string> all_included(const std::filesystem::path &root,
                                      const SourceFilter &filter) {
    if (filter.follow.empty())
        return filter.include;
    auto followed = follow_links(root, filter.follow);
    if (followed.empty())
        return filter.include;
    auto all = filter.include;
    all.insert(all.end(), followed.begin(), followed.end());
    return without_repeats(all);
}

} // namespace

CompiledFilter::CompiledFilter(const std::filesystem::path &root, const SourceFilter &filter)
    : include_(compile("include", all_included(root, filter))),
      exclude_(compile("exclude", filter.exclude)) {}

CompiledFilter::Decision CompiledFilter::decide(std::string_view path,
                                                const Decision &parent) const {
    Decision decision{include_.decide(path, parent.include), exclude_.decide(path, parent.exclude),
                      false};
    decision.included =
        (include_.empty() || decision.include.excluded) && !decision.exclude.excluded;
    return decision;
}

bool CompiledFilter::may_include_below(std::string_view directory, const Decision &decision) const {
    if (!include_.empty() && !decision.include.excluded && !include_.may_match_below(directory))
        return false;
    return !decision.exclude.excluded || exclude_.may_include_below(directory);
}

} // namespace berth::context
