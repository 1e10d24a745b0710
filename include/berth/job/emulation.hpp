// SPDX-License-Identifier: Apache-2.0
// A step for another platform runs only where the kernel has an emulator for its programs
// (binfmt_misc and QEMU), or the builder's image brings one. Otherwise the program ends with `exec
// format error`, which explains little.
#pragma once

#include "berth/progress/solve_status.hpp"

#include <set>
#include <string>
#include <vector>

namespace berth::job {

// Watches the progress of a build for a step that failed because its program was built for another
// processor.
class EmulationWatch {
  public:
    void look(const progress::SolveStatus &status);
    bool missed() const { return missed_; }
    // The platform of the step, which its name contains in multi-platform builds; otherwise empty.
    const std::string &platform() const { return platform_; }

  private:
    std::set<std::string> refused_; // digests of vertices whose log says so
    bool missed_ = false;
    std::string platform_;
};

// The command that installs the emulator. `platforms`: of the build, as the frontend takes them.
std::string emulation_hint(const std::string &platform, const std::vector<std::string> &platforms);

} // namespace berth::job
