// SPDX-License-Identifier: Apache-2.0
// `--filter` of build records: status=error, ref=…, repository=…, startedAt>=2h, duration<1m.
#pragma once

#include "berth/util/units.hpp"

#include "buildkit/control.pb.h"

#include <chrono>
#include <optional>
#include <string>

namespace berth::history {

struct Filter {
    // ref, repository or status with = (ref and repository: contains) or !=; startedAt, completedAt
    // or duration with <, <=, > or >=.
    std::string key, operation, value;
    std::chrono::nanoseconds duration{}; // the value of `duration`, or of a relative time
    std::optional<Time> time = {};       // the value of an absolute time

    bool matches(const moby::buildkit::v1::BuildHistoryRecord &record, Time now) const;
};

// Throws a usage error with docker buildx's message.
Filter parse_filter(const std::string &text);

} // namespace berth::history
