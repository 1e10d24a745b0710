// SPDX-License-Identifier: Apache-2.0
#include "berth/history/records.hpp"

#include "berth/buildkit/timestamp.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::history {
namespace {

constexpr std::size_t most_records = 50; // as in docker buildx

bool wanted(const Record &record, const Query &query, Time now) {
    return std::all_of(query.filters.begin(), query.filters.end(),
                       [&](const Filter &filter) { return filter.matches(record.message, now); });
}

void keep_newest(std::vector<Record> &records) {
    sort_records(records);
    if (records.size() > most_records)
        records.resize(most_records);
}

control::BuildHistoryRequest request_for(const std::string &ref) {
    control::BuildHistoryRequest request;
    request.set_early_exit(true);
    request.set_ref(ref);
    return request;
}

} // namespace

Time Record::created_at() const {
    return buildkit::read_time(message.created_at()).value_or(Time());
}

std::optional<std::chrono::nanoseconds> Record::duration() const {
    auto end = completed() ? buildkit::read_time(message.completed_at()) : now;
    if (!end)
        return std::nullopt;
    return *end - created_at();
}

std::vector<Record> read_records(buildkit::Connection &connection, std::size_t node,
                                 const Query &query, Time now) {
    std::vector<Record> running, completed;
    auto clock =
        buildkit::Control(connection).history(request_for(query.ref), [&](const auto &event) {
            bool complete = event.type() == control::COMPLETE;
            if (event.type() == control::DELETED || !event.has_record() ||
                (query.completed_only && !complete))
                return;
            Record record{.message = event.record(), .node = node};
            if (!wanted(record, query, now))
                return;
            auto &records = complete ? completed : running;
            records.push_back(std::move(record));
            if (records.size() > 4 * most_records) // limit for a hostile builder
                keep_newest(records);
        });
    keep_newest(completed);
    std::move(completed.begin(), completed.end(), std::back_inserter(running));
    for (auto &record : running)
        record.now = clock;
    return running;
}

std::vector<std::string> read_refs(buildkit::Connection &connection) {
    std::vector<std::string> refs;
    buildkit::Control(connection).history(request_for({}), [&](const auto &event) {
        if (event.type() == control::COMPLETE)
            refs.push_back(event.record().ref());
    });
    return refs;
}

void sort_records(std::vector<Record> &records) {
    std::stable_sort(records.begin(), records.end(), [](const Record &a, const Record &b) {
        return a.created_at() > b.created_at();
    });
}

void remove_record(buildkit::Connection &connection, const std::string &ref) {
    control::UpdateBuildHistoryRequest request;
    request.set_ref(ref);
    request.set_delete_(true);
    buildkit::Control(connection).update_history(request);
}

void finalize_record(buildkit::Connection &connection, const std::string &ref) {
    control::UpdateBuildHistoryRequest request;
    request.set_ref(ref);
    request.set_finalize(true);
    buildkit::Control(connection).update_history(request);
}

std::optional<std::size_t> parse_offset(const std::string &ref) {
    if (!ref.starts_with('^'))
        return std::nullopt;
    auto number = parse_integer(ref.substr(1));
    if (!number)
        throw usage_error(fmt::format("invalid offset \"{}\"", printable(ref)),
                          "^1 is the build before the newest one");
    return static_cast<std::size_t>(std::max(0LL, *number));
}

} // namespace berth::history
