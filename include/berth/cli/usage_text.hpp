// SPDX-License-Identifier: Apache-2.0
// Records of a builder's cache as `du` and `prune` print them, in the forms of docker buildx.
#pragma once

#include "berth/builder/usage.hpp"
#include "berth/cli/row_format.hpp"

#include <ostream>
#include <vector>

namespace berth::cli {

using UsageRecords = std::vector<builder::UsageRecord>;

// `du`: ages are those at `now`.
void print_usage_table(std::ostream &out, const UsageRecords &records, Time now);
void print_usage_pretty(std::ostream &out, const UsageRecords &records, Time now);
void print_usage_json(std::ostream &out, const UsageRecords &records, Time now); // one per line
// A template for each record.
void print_usage_rows(std::ostream &out, const RowFormat &format, const UsageRecords &records,
                      Time now);
void print_usage_summary(std::ostream &out, const UsageRecords &records);

// `prune`: what was removed, and its size.
void print_pruned(std::ostream &out, const UsageRecords &records, bool verbose, Time now);

} // namespace berth::cli
