// Why a build failed, as its record has it.
#pragma once

#include "berth/history/inspection.hpp"

namespace berth::history {

// Fills `Error` of the document, and the texts beside it. Nothing for a record without an error.
void add_failure(buildkit::Connection &connection, const Record &record, Inspection &inspection);

} // namespace berth::history
