// SPDX-License-Identifier: Apache-2.0
// The readable output of `berth history inspect`.
#pragma once

#include "berth/history/inspection.hpp"

#include <ostream>
#include <string>

namespace berth::cli {

struct InspectionLook {
    bool ref_given = false; // so the output omits it
    bool debug = false;     // with stack traces
    std::string url;        // of Docker Desktop
};

void print_inspection(std::ostream &out, const history::Inspection &inspection,
                      const InspectionLook &look);

} // namespace berth::cli
