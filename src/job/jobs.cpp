// SPDX-License-Identifier: Apache-2.0
#include "berth/job/jobs.hpp"

#include "berth/job/flag_values.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <set>
#include <string>
#include <utility>

namespace berth::job {

namespace {

constexpr const char *jobs_hint =
    "write N, or fail-fast, defer-output or defer-error and parallel=N";

Error invalid(std::string_view value, const std::string &why) {
    return usage_error(fmt::format("invalid --jobs '{}': {}", printable(value), why), jobs_hint);
}

JobsMode read_mode(std::string_view mode, std::string_view value) {
    if (mode == "fail-fast")
        return JobsMode::fail_fast;
    if (mode == "defer-output")
        return JobsMode::defer_output;
    if (mode == "defer-error")
        return JobsMode::defer_error;
    throw invalid(value, fmt::format("there is no mode '{}'", printable(mode)));
}

std::size_t read_parallel(std::string_view text, std::string_view value) {
    auto number = parse_integer(text);
    if (!number || *number < 0)
        throw invalid(value, "parallel must be a number that is not negative");
    return static_cast<std::size_t>(*number);
}

} // namespace

Jobs read_jobs(std::string_view value) {
    Jobs jobs;
    auto text = std::string(trim(value));
    if (text.empty())
        return jobs;
    if (parse_integer(text))
        text = "parallel=" + text;
    std::set<std::string> seen;
    for (const auto &field : parse_csv(text)) {
        auto [key, option] = read_pair(std::string(trim(field)));
        if (!option)
            option = std::exchange(key, "mode");
        key = lower(trim(key));
        auto chosen = trim(*option);
        if (!seen.insert(key).second)
            throw invalid(value, fmt::format("{} is given twice", printable(key)));
        if (key == "mode")
            jobs.mode = read_mode(chosen, value);
        else if (key == "parallel")
            jobs.parallel = read_parallel(chosen, value);
        else
            throw invalid(value, fmt::format("there is no option '{}'", printable(key)));
    }
    return jobs;
}

} // namespace berth::job
