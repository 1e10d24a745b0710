// SPDX-License-Identifier: Apache-2.0
// A background program of a test.
#pragma once

#include "exec_program.hpp"

#include <csignal>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace berth::test {

// Runs the program during the lifetime of the object.
class Background {
  public:
    explicit Background(const std::vector<std::string> &words) : pid_(::fork()) {
        if (pid_ == 0)
            exec_program(words);
    }
    ~Background() {
        ::kill(pid_, SIGTERM);
        ::waitpid(pid_, nullptr, 0);
    }
    Background(const Background &) = delete;
    Background &operator=(const Background &) = delete;

  private:
    pid_t pid_;
};

} // namespace berth::test
