// SPDX-License-Identifier: Apache-2.0
// Build records of a node: BuildKit keeps one for each build, with its log, trace and attestations.
#pragma once

#include "berth/buildkit/control.hpp"
#include "berth/history/filter.hpp"
#include "berth/util/units.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace berth::history {

namespace control = buildkit::control;

struct Record {
    control::BuildHistoryRecord message;
    std::optional<Time> now = {}; // the builder's clock when it answered
    std::size_t node = 0;         // index in the builder's nodes

    bool completed() const { return message.has_completed_at(); }
    Time created_at() const;
    // From its start to its end, or until `now`; nothing if BuildKit does not report its time.
    std::optional<std::chrono::nanoseconds> duration() const;
};

struct Query {
    std::string ref = {}; // empty: all
    std::vector<Filter> filters = {};
    bool completed_only = false;
};

// As in docker buildx: the running builds, and the newest 50 of the others. Requests all records
// and filters them here, since BuildKit 0.25 crashes if it filters after a removal.
std::vector<Record> read_records(buildkit::Connection &connection, std::size_t node,
                                 const Query &query, Time now);
// The references of all completed builds.
std::vector<std::string> read_refs(buildkit::Connection &connection);

// Newest first.
void sort_records(std::vector<Record> &records);

void remove_record(buildkit::Connection &connection, const std::string &ref);
// Makes BuildKit write the rest of a build's trace.
void finalize_record(buildkit::Connection &connection, const std::string &ref);

// "^2" is the third newest record: 2. Nothing for other text. Throws a usage error for an offset
// that is not a number.
std::optional<std::size_t> parse_offset(const std::string &ref);

} // namespace berth::history
