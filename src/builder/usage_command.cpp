// SPDX-License-Identifier: Apache-2.0
// Filters in BuildKit's form, and the equivalent commands for --dry-run.
#include "berth/builder/usage.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace berth::builder {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs split_filters(const std::vector<std::string> &values) {
    Pairs pairs;
    for (const auto &value : values) {
        if (value.empty())
            continue;
        auto equals = value.find('=');
        if (equals == std::string::npos)
            throw usage_error(fmt::format("invalid argument \"{}\" for \"--filter\" flag: bad "
                                          "format of filter (expected name=value)",
                                          printable(value)));
        std::pair<std::string, std::string> pair(
            lower(trim(std::string_view(value).substr(0, equals))),
            trim(std::string_view(value).substr(equals + 1)));
        if (std::find(pairs.begin(), pairs.end(), pair) == pairs.end())
            pairs.push_back(std::move(pair));
    }
    return pairs;
}

bool is_time(const std::string &key) {
    return key == "until" || key == "unused-for";
}

std::string in_buildkits_form(const std::string &key, const std::string &value) {
    if (key == "id")
        return key + "~=" + value;
    return key + (key.ends_with('!') || key.ends_with('~') ? "=" : "==") + value;
}

// buildctl expects decimal megabytes, with a fraction.
std::string megabytes(std::int64_t bytes) {
    auto text = fmt::format("{}.{:06}", bytes / 1000000, bytes % 1000000);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.')
        text.pop_back();
    return text;
}

} // namespace

UsageFilter parse_usage_filter(const std::vector<std::string> &values) {
    auto pairs = split_filters(values);
    UsageFilter filter{.given = !pairs.empty()};
    std::vector<std::string> parts, seen;
    for (const auto &[key, value] : pairs) {
        for (const auto &other : seen)
            if (is_time(key) && is_time(other) && key != other)
                throw usage_error("conflicting filters \"until\" and \"unused-for\"");
        if (std::find(seen.begin(), seen.end(), key) != seen.end())
            throw usage_error("filters expect only one value",
                              fmt::format("\"{}\" has several", printable(key)));
        seen.push_back(key);
        if (!is_time(key)) {
            parts.push_back(in_buildkits_form(key, value));
            continue;
        }
        auto duration = parse_duration(value);
        if (!duration)
            throw usage_error(fmt::format("\"{}\" filter expects a duration (e.g., '24h'): time: "
                                          "invalid duration \"{}\"",
                                          key, printable(value)));
        filter.keep_duration = *duration;
    }
    filter.text = join(parts, ",");
    return filter;
}

std::vector<std::string> usage_arguments(const UsageFilter &filter) {
    std::vector<std::string> arguments = {"du", "--format", "{{json .}}"};
    if (!filter.text.empty())
        arguments.insert(arguments.end(), {"--filter", filter.text});
    return arguments;
}

std::vector<std::string> prune_arguments(const PruneRequest &request) {
    std::vector<std::string> arguments = {"prune", "--format", "{{json .}}"};
    if (!request.filter.text.empty())
        arguments.insert(arguments.end(), {"--filter", request.filter.text});
    if (request.filter.keep_duration.count() != 0)
        arguments.insert(arguments.end(),
                         {"--keep-duration", format_duration(request.filter.keep_duration)});
    if (request.all)
        arguments.emplace_back("--all");
    for (auto [option, bytes] : {std::pair{"--keep-storage-min", request.reserved_space},
                                 std::pair{"--keep-storage", request.max_used_space},
                                 std::pair{"--free-storage", request.min_free_space}})
        if (bytes != 0)
            arguments.insert(arguments.end(), {option, megabytes(bytes)});
    return arguments;
}

} // namespace berth::builder
