// SPDX-License-Identifier: Apache-2.0
#include "berth/history/filter.hpp"

#include "berth/buildkit/timestamp.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "git_address.hpp"

#include <fmt/format.h>

namespace berth::history {
namespace {

using Message = moby::buildkit::v1::BuildHistoryRecord;
using std::chrono::floor;
using std::chrono::seconds;

std::string attribute(const Message &record, const std::string &name) {
    auto found = record.frontend_attrs().find(name);
    return found == record.frontend_attrs().end() ? "" : found->second;
}

std::string repository(const Message &record) {
    if (record.frontend_attrs().contains("vcs:source"))
        return attribute(record, "vcs:source");
    auto context = attribute(record, "context");
    return is_git_address(context) ? repository_of(context) : "";
}

std::string status(const Message &record) {
    if (!record.has_completed_at())
        return "running";
    if (!record.has_error())
        return "completed";
    return record.error().message().find("context canceled") != std::string::npos ? "canceled"
                                                                                  : "error";
}

bool compare(const std::string &operation, std::int64_t left, std::int64_t right) {
    if (operation == ">=")
        return left >= right;
    if (operation == "<=")
        return left <= right;
    return operation == ">" ? left > right : left < right;
}

// Seconds since 1970; 0 if unset.
std::int64_t second(const berth::well_known::Timestamp &time) {
    return floor<seconds>(buildkit::read_time(time).value_or(Time())).time_since_epoch().count();
}

} // namespace

bool Filter::matches(const Message &record, Time now) const {
    if (key == "ref" || key == "repository" || key == "status") {
        auto actual = key == "ref"          ? record.ref()
                      : key == "repository" ? repository(record)
                                            : status(record);
        if (operation == "!=")
            return actual != value;
        return key == "status" ? actual == value : actual.find(value) != std::string::npos;
    }
    if (key == "duration") {
        auto begin = buildkit::read_time(record.created_at()).value_or(Time());
        auto end = buildkit::read_time(record.completed_at()).value_or(begin);
        return compare(operation, record.has_completed_at() ? (end - begin).count() : 0,
                       duration.count());
    }
    auto limit = time.value_or(now - duration);
    auto actual = key == "startedAt" ? second(record.created_at()) : second(record.completed_at());
    return compare(operation, actual, floor<seconds>(limit).time_since_epoch().count());
}

Filter parse_filter(const std::string &text) {
    auto at = text.find_first_of("!=<>");
    auto is_operation = at != std::string::npos && (text[at] != '!' || text.substr(at, 2) == "!=");
    if (!is_operation)
        throw usage_error(fmt::format("invalid filter \"{}\"", printable(text)),
                          "write NAME=VALUE, such as status=error");
    auto length = text[at] != '=' && text.substr(at + 1, 1) == "=" ? 2u : 1u;
    Filter filter{.key = text.substr(0, at),
                  .operation = text.substr(at, length),
                  .value = text.substr(at + length)};
    bool equality = filter.operation == "=" || filter.operation == "!=";
    if (filter.key == "ref" || filter.key == "repository" || filter.key == "status") {
        if (!equality)
            throw usage_error(
                fmt::format("invalid separator for \"{}\", expected = or !=", printable(text)));
        return filter;
    }
    if (filter.key != "startedAt" && filter.key != "completedAt" && filter.key != "duration")
        throw usage_error(
            fmt::format("unsupported filter \"{}\"", printable(text)),
            "filters are ref, repository, status, startedAt, completedAt and duration");
    if (equality)
        throw usage_error(
            fmt::format("invalid separator for \"{}\", expected <=, <, >= or >", printable(text)));
    auto duration = parse_duration(filter.value);
    filter.duration = duration.value_or(std::chrono::nanoseconds(0));
    if (!duration && filter.key != "duration")
        filter.time = parse_rfc3339(filter.value);
    if (!duration && !filter.time)
        throw usage_error(fmt::format("invalid {} {}",
                                      filter.key == "duration" ? "duration" : "time",
                                      printable(filter.value)),
                          "write 90m, or 2026-01-31T12:00:00Z for a point in time");
    return filter;
}

} // namespace berth::history
