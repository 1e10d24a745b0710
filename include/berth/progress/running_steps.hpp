// SPDX-License-Identifier: Apache-2.0
// The steps of a build that have begun and not ended, so that a display can show them as cancelled
// when BuildKit reports no more, as after Ctrl-C.
#pragma once

#include "berth/progress/solve_status.hpp"

#include <map>
#include <string>

namespace berth::progress {

class RunningSteps {
  public:
    void look(const SolveStatus &status);
    // Their end, as BuildKit would report it. Afterwards there are none.
    SolveStatus cancelled(Time now);

  private:
    std::map<std::string, Vertex> steps_; // by digest
};

} // namespace berth::progress
