// SPDX-License-Identifier: Apache-2.0
// Standard input for several readers: each part of a build reads all of it.
#pragma once

#include "berth/process/standard_input.hpp"
#include "berth/util/file.hpp"

#include <deque>

namespace berth::job {

class InputCopies {
  public:
    // Reads all of `in` into a file. Throws Error.
    InputCopies(process::StandardInput &in, const process::Cancellation &cancellation);

    // From its beginning.
    process::StandardInput &next();

  private:
    const process::Cancellation &cancellation_;
    ScratchFolder directory_{"input"};
    std::filesystem::path file_;
    std::deque<FileDescriptor> opened_;
    std::deque<process::StandardInput> copies_;
};

} // namespace berth::job
