// SPDX-License-Identifier: Apache-2.0
// Why a build failed, from its record.
#pragma once

#include "berth/history/inspection.hpp"

namespace berth::history {

// Fills `Error` of the document, and the texts of `inspection`. Does nothing for a record without
// an error.
void add_failure(buildkit::Connection &connection, const Record &record, Inspection &inspection);

} // namespace berth::history
