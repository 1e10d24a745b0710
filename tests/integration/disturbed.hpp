// SPDX-License-Identifier: Apache-2.0
// A program that a test disturbs at a place of its output, and what can be seen of it afterwards.
#pragma once

#include "berth/util/file.hpp"

#include "support.hpp"

#include <chrono>
#include <csignal>
#include <optional>
#include <sys/types.h>

namespace berth::test {

// SIGSTOP is followed by SIGCONT three seconds later.
struct Disturbance {
    static constexpr int output = -1, error = -2; // closed by its reader

    std::string name;
    int signal; // or one of those
    int code;   // expected exit code
};

// Runs the program. Disturbs it when its standard error or the file `log` contains `at`.
class Disturbed {
  public:
    Disturbed(const std::vector<std::string> &argv, const Variables &variables, std::string at,
              std::string log, const Disturbance &how);

    const Result &result() const { return result_; }
    bool reached() const { return reached_.has_value(); }
    std::chrono::milliseconds took() const; // from the disturbance to the end

  private:
    using Clock = std::chrono::steady_clock;
    void watch(pid_t child, FileDescriptor out, FileDescriptor err);
    void disturb(pid_t child, FileDescriptor &out, FileDescriptor &err);

    std::string at_, log_;
    Disturbance how_;
    Result result_;
    std::optional<Clock::time_point> reached_;
    Clock::time_point ended_;
};

// Command lines of the processes that have this NAME=VALUE in their environment.
std::vector<std::string> processes_with(const std::string &variable);
// Whether it becomes true within three seconds.
bool soon(const std::function<bool()> &condition);

} // namespace berth::test
