// SPDX-License-Identifier: Apache-2.0
// What `berth history inspect` prints for a person.
#pragma once

#include "berth/history/inspection.hpp"

#include <ostream>
#include <string>

namespace berth::cli {

struct InspectionLook {
    bool ref_given = false; // the user knows it
    bool debug = false;     // with stacks
    std::string url;        // of Docker Desktop
};

void print_inspection(std::ostream &out, const history::Inspection &inspection,
                      const InspectionLook &look);

} // namespace berth::cli
